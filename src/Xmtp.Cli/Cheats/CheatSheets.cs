namespace Xmtp.Cli.Cheats;

/// <summary>All sheets.</summary>
internal static class CheatSheets
{
    /// <summary>In the order in which somebody new would read them.</summary>
    public static IReadOnlyList<CheatSheet> All { get; } =
    [
        new("start", "First steps",
        [
            new("See the whole of it: three nodes, two wallets, and a node that is killed", "xmtp demo --once"),
            new("Run a node on this machine", "xmtp node run --data-dir ./xmtp-data"),
            new("Make a wallet and its identity on the network", "xmtp identity create"),
            new("Use a wallet that exists: its private key comes from standard input", "xmtp identity import < key.hex"),
            new("Who am I, and can others write to me?", "xmtp identity show"),
            new("Can I write to somebody?", "xmtp contact $PEER"),
            new("What does an error mean?", "xmtp error XMTP4001"),
            new("More sheets like this one", "xmtp cheat"),
            new("Let the shell complete the verbs", "eval \"$(xmtp completions bash)\""),
            new("Read the manual", "xmtp man | man -l -"),
        ]),
        new("messages", "Write and read",
        [
            new("Send a text", "xmtp send $PEER \"gm\""),
            new("Send one that begins with a dash", "xmtp send $PEER -- \"-1 is the answer\""),
            new("Send what a program writes", "date | xmtp send $PEER"),
            new("Read all that was exchanged with an account", "xmtp read $PEER"),
            new("The last three messages of the year", "xmtp read $PEER --since 2026-01-01 --newest-first --limit 3"),
            new("Keep a conversation apart from the others", "xmtp send $PEER \"order 17 is on its way\" --conversation-id example.com/orders-17"),
            new("Watch new messages", "xmtp stream"),
            new("Wait for the next message of one account", "xmtp stream $PEER --count 1"),
        ]),
        new("pipes", "Pipes and jq",
        [
            new("The texts alone", "xmtp read $PEER --json | jq -r .text"),
            new("Who writes how much", "xmtp read $PEER --json | jq -r .sender | sort | uniq -c"),
            new("Without anybody at the terminal", "xmtp send $PEER \"backup done\" --passphrase-file /run/secrets/xmtp --json | jq -r .id"),
            new("Answer everybody", "xmtp stream --json | jq --unbuffered -r .sender | while read -r peer; do xmtp send \"$peer\" \"got it\"; done"),
            new("Stop at the first message that asks", "xmtp stream --json | jq --unbuffered -r .text | grep -m 1 '?'"),
            new("Try again later when the node was away", "xmtp send $PEER \"gm\" || [ $? -ne 5 ] || (sleep 60; xmtp send $PEER \"gm\")"),
        ]),
        new("node", "Run and watch nodes",
        [
            new("A second node on this machine, which joins the first", "xmtp node run --data-dir ./second --bootstrap localhost:5600 --http-port 0 --grpc-port 5566 --grpc-web-port 0 --network-port 5610"),
            new("Who is in the network", "xmtp node peers"),
            new("Go on with every change", "xmtp node peers --watch"),
            new("Do all nodes hold the same?", "xmtp node check"),
            new("Compare every entry of every log", "xmtp node check --deep"),
            new("For a monitoring system", "xmtp node check --nagios --timeout 5s --max-lag 100"),
            new("A page of metrics for a collector of text files", "xmtp node check --prometheus > xmtp.prom"),
            new("How fast does a node answer?", "xmtp bench --node localhost:5556"),
        ]),
        new("operate", "Change a node while it runs",
        [
            new("Run a node that can be changed", "xmtp node run --data-dir ./xmtp-data --admin-port 5558"),
            new("How is it?", "xmtp node status"),
            new("Another one, over a tunnel", "xmtp node status --admin localhost:6558 --admin-token-file ./other.token"),
            new("Out of service before an upgrade", "xmtp node drain"),
            new("And back without a restart", "xmtp node resume"),
            new("Back it up while it runs", "xmtp node backup ./monday.tar"),
            new("Put a backup into a new directory", "xmtp node restore ./monday.tar --data-dir ./restored --key ./node.key"),
            new("Let a wallet publish no more", "xmtp node lists deny-list --add $PEER"),
            new("Put another node out of the network", "xmtp node lists network-deny-list --add 7c4ece4700000000000000000000000000000000000000000000000000000000"),
            new("Let each client publish less", "xmtp node limits --publishes-per-minute 60"),
            new("See more in the log", "xmtp node log-level debug"),
            new("Keep what is no conversation for an hour only", "xmtp node retention --other-topics 1h"),
            new("Remove what has expired", "xmtp node expire"),
            new("Give the room back to the disk", "xmtp node compact"),
            new("Copy all contacts into a file", "xmtp node export ./contacts.gz --prefix /xmtp/0/contact-"),
            new("Put them into another node", "xmtp node import ./contacts.gz --admin localhost:6558 --admin-token-file ./other.token"),
        ]),
        new("blobs", "Look at what nodes keep",
        [
            new("The logs that a node holds", "xmtp node inspect log"),
            new("The first entry of a log, by the beginning of its hash", "xmtp node inspect entry 5a00250d/1"),
            new("Its payload too, which is ciphertext", "xmtp node inspect entry 5a00250d/1 --payload --json | jq -r .payload"),
            new("The head that a node signed", "xmtp node inspect head 5a00250d"),
            new("A node's record", "xmtp node inspect record 7c4ece47"),
            new("A record that came by another way; no node is asked", "base64 -w 0 record.bin | xmtp node inspect record -"),
        ]),
    ];
}
