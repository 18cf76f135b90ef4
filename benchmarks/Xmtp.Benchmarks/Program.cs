using System.CommandLine;
using Xmtp.Benchmarks;
using Xmtp.Benchmarks.Crypto;
using Xmtp.Benchmarks.Inbox;

var port = new Option<int>("--port") { Description = "Port of the echo server.", Required = true };
var inFlight = new Option<int>("--in-flight") { Description = "Calls kept in flight.", DefaultValueFactory = _ => 64 };
var bytes = new Option<int>("--bytes") { Description = "Bytes of a message.", DefaultValueFactory = _ => 650 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each side.", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "Seconds of a round.", DefaultValueFactory = _ => 5 };
var envelopes = new Option<int>("--envelopes") { Description = "Envelopes to store.", DefaultValueFactory = _ => 100_000 };

var echo = new Command("echo-server", "Serve the baseline.") { port };
echo.SetAction(async (parsed, token) =>
{
    await EchoServer.RunAsync(parsed.GetValue(port), token);
    return 0;
});
var publish = new Command("publish", "Durable publishes beside a bare gRPC echo, in one run.") { inFlight, bytes, rounds, seconds };
publish.SetAction((parsed, token) => PublishBenchmark.RunAsync(
    parsed.GetValue(inFlight), parsed.GetValue(bytes), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), token));
var memory = new Command("memory", "Memory of a node at rest and filled.") { envelopes, bytes };
memory.SetAction((parsed, token) => MemoryBenchmark.RunAsync(parsed.GetValue(envelopes), parsed.GetValue(bytes), token));
var latency = new Command("latency", "From publish to stream at half load, on the same node and on another, beside one fsync.") { bytes, seconds };
latency.SetAction((parsed, token) => LatencyBenchmark.RunAsync(parsed.GetValue(bytes), TimeSpan.FromSeconds(parsed.GetValue(seconds)), token));
var catchUp = new Command("catch-up", "How fast a joining node takes over the logs of another, beside bare store writes.") { envelopes, bytes };
catchUp.SetAction((parsed, token) => CatchUpBenchmark.RunAsync(parsed.GetValue(envelopes), parsed.GetValue(bytes), token));
var peerCount = new Option<int>("--peers") { Description = "Further nodes.", DefaultValueFactory = _ => 8 };
var peers = new Command("peers", "What each further peer costs a node at rest.") { peerCount, seconds };
peers.SetAction((parsed, token) => PeersBenchmark.RunAsync(parsed.GetValue(peerCount), TimeSpan.FromSeconds(parsed.GetValue(seconds)), token));
var apart = new Option<int>("--apart") { Description = "Seconds without a link.", DefaultValueFactory = _ => 60 };
var perSecond = new Option<int>("--per-second") { Description = "Envelopes published a second meanwhile, on both sides together.", DefaultValueFactory = _ => 2000 };
var convergence = new Command("convergence", "Time until two nodes hold the same after they could not reach each other.") { apart, perSecond, bytes };
convergence.SetAction((parsed, token) => ConvergenceBenchmark.RunAsync(
    TimeSpan.FromSeconds(parsed.GetValue(apart)), parsed.GetValue(perSecond), parsed.GetValue(bytes), token));
var milliseconds = new Option<int>("--milliseconds") { Description = "Milliseconds for each operation and round.", DefaultValueFactory = _ => 400 };
var cryptoRounds = new Option<int>("--rounds") { Description = "Rounds of each side.", DefaultValueFactory = _ => 3 };
var crypto = new Command("crypto", "Cryptography of messages with both providers, beside the published JavaScript client.") { cryptoRounds, milliseconds };
crypto.SetAction((parsed, token) => CryptoBenchmark.RunAsync(
    parsed.GetValue(cryptoRounds), TimeSpan.FromMilliseconds(parsed.GetValue(milliseconds)), token));
var inboxReader = new Command("inbox-reader", "One side of the inbox benchmark.") { Hidden = true };
inboxReader.SetAction((_, token) => InboxReader.RunAsync(token));
var inboxSync = new Command("inbox-sync", "Fills the local store for the inbox benchmark.") { Hidden = true };
inboxSync.SetAction((_, token) => StoredInbox.SyncAsync(token));
var inboxRestart = new Command("inbox-restart", "One side of the inbox benchmark.") { Hidden = true };
inboxRestart.SetAction((_, token) => StoredInbox.RestartAsync(token));
var conversations = new Option<int>("--conversations") { Description = "Conversations of the account.", DefaultValueFactory = _ => 5000 };
var messages = new Option<int>("--messages") { Description = "Messages over all conversations.", DefaultValueFactory = _ => 100_000 };
var inbox = new Command("inbox", "A large inbox: first list, list again and memory, beside the published JavaScript client.") { conversations, messages };
inbox.SetAction((parsed, token) => InboxBenchmark.RunAsync(parsed.GetValue(conversations), parsed.GetValue(messages), token));
var starts = new Option<int>("--rounds") { Description = "Starts of each side.", DefaultValueFactory = _ => 41 };
var start = new Command("start", "How long the command takes to start, as one native file and with the runtime.") { starts };
start.SetAction((parsed, token) => StartBenchmark.RunAsync(parsed.GetValue(starts), token));
var root = new RootCommand("Speed and memory of the node and its network, as ratios against a baseline measured in the same run.") { publish, memory, latency, catchUp, peers, convergence, crypto, inbox, start, inboxReader, inboxSync, inboxRestart, echo };
return await root.Parse(args).InvokeAsync();
