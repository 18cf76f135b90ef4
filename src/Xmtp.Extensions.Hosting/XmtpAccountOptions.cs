using Xmtp.Client;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Extensions.Hosting;

/// <summary>
/// One account of a hosted application, as its configuration states it: section <c>Xmtp</c> for the default account,
/// <c>Xmtp:Accounts:NAME</c> for a named one. Wrong values stop the host at its start, with a message for each.
/// </summary>
public sealed class XmtpAccountOptions
{
    /// <summary>The section of the default account.</summary>
    public const string Section = "Xmtp";

    /// <summary>
    /// Addresses of nodes of one network, <c>http://host:port</c> or <c>https://…</c>. A named account without any takes those of the section
    /// <c>Xmtp</c>; without any there, it is the node on this machine.
    /// </summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>Whether nodes are asked for further nodes: <see cref="XmtpClientOptions.DiscoverNodes"/>.</summary>
    public bool DiscoverNodes { get; set; } = true;

    /// <summary>The wire: <c>Grpc</c> or <c>GrpcWeb</c>; null for the default.</summary>
    public TransportKind? Transport { get; set; }

    /// <summary><c>local</c> or <c>peers:N</c>: <see cref="XmtpClientOptions.Acknowledgement"/>; null for <c>local</c>.</summary>
    public string? Acknowledgement { get; set; }

    /// <summary>The wallet's private key, 64 hex digits with or without 0x. Keep it out of files that are shared; prefer <see cref="PrivateKeyFile"/>.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Path of a file that holds nothing but the wallet's private key in hex, such as a mounted secret.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>Whether <see cref="PrivateKeyFile"/> is made, with a new key and readable by this user only, when it does not exist.</summary>
    public bool CreatePrivateKeyFile { get; set; }

    /// <summary>Directory for the account's encrypted messaging keys; null for the network, where all devices of the account find them.</summary>
    public string? KeysDirectory { get; set; }

    /// <summary>
    /// Path of the SQLite file that keeps the account's local inbox, made when it is missing; null for none. Then <see cref="XmtpClient.Inbox"/>
    /// is durable, bots answer what came while they were down, and a start needs no node.
    /// </summary>
    public string? StorePath { get; set; }

    /// <summary>Path of the file that holds the key of the store, 64 hex digits; made, readable by this user only, when it is missing. Keep it elsewhere than the store.</summary>
    public string? StoreKeyFile { get; set; }

    /// <summary>The application, as <c>name/version</c>, for the statistics of the nodes' operators.</summary>
    public string? AppVersion { get; set; }

    /// <summary>How long one attempt of a call may take; null for the default, 30 s.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>A wallet from code, in place of a key.</summary>
    internal Func<IServiceProvider, IWallet>? Wallet { get; set; }

    /// <summary>What code changes on the options of the client, in order.</summary>
    internal List<Func<IServiceProvider, XmtpClientOptions, XmtpClientOptions>> Changes { get; } = [];

    /// <summary>Section of an account's configuration.</summary>
    internal static string SectionOf(string name) => name.Length == 0 ? Section : $"{Section}:Accounts:{name}";
}
