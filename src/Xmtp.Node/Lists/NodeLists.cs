using Xmtp.Cryptography;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Lists;

/// <summary>All lists of a node: of wallets, and of nodes.</summary>
internal sealed class NodeLists : IAsyncDisposable
{
    private readonly WalletListFiles _wallets;
    // Files are read, changed and put back.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Reads all of them.</summary>
    /// <exception cref="NodeOptionsException">A file cannot be used.</exception>
    public NodeLists(NodeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _wallets = new WalletListFiles(options, time, loggers);
        (AllowedNodes, DeniedNodes) = (options.Network.AllowListFile is { } allow ? new NodeSet(NodeIdFile.Read(allow)) : null, new NodeSet(ReadNodes(options.Network.DenyListFile)));
        All =
        [
            WalletList("allow-list", options.AllowListFile, () => Wallets.Allowed),
            WalletList("deny-list", options.DenyListFile, () => Wallets.Denied),
            IdList("network-allow-list", options.Network.AllowListFile, AllowedNodes),
            IdList("network-deny-list", options.Network.DenyListFile, DeniedNodes),
        ];
    }

    /// <summary>The lists of wallets.</summary>
    public WalletLists Wallets => _wallets.Lists;

    /// <summary>Nodes that alone may join; null when all may.</summary>
    public NodeSet? AllowedNodes { get; }

    /// <summary>Nodes that may not join.</summary>
    public NodeSet DeniedNodes { get; }

    /// <summary>All lists that an operator can look at.</summary>
    public IReadOnlyList<OperatorList> All { get; }

    /// <summary>Applies changed lists of nodes to those that are in the network.</summary>
    public Func<CancellationToken, Task> ReviewMembers { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Changes a list and its file.</summary>
    /// <param name="list">One of <see cref="All"/>, with a file.</param>
    /// <param name="add">Entries, as <see cref="OperatorList.Parse"/> gives them.</param>
    /// <param name="remove">The same.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="IOException">The file cannot be changed; nothing was.</exception>
    /// <exception cref="FormatException">The file has a wrong line; nothing was changed.</exception>
    public async Task<(IReadOnlyList<string> Added, IReadOnlyList<string> Removed)> ChangeAsync(
        OperatorList list, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await list.ChangeAsync(add, remove, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _wallets.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private OperatorList WalletList(string name, string? path, Func<IEnumerable<EthereumAddress>> read) => new(
        name, path, ParseWallet, () => read().Select(static wallet => wallet.ToString()), _ =>
        {
            _wallets.ReadNow(name);
            return Task.CompletedTask;
        });

    private OperatorList IdList(string name, string? path, NodeSet? list) => new(
        name, path, NodeIdFile.ParseLine, () => list?.Select(static node => node.ToString()) ?? [], async cancellationToken =>
        {
            list!.Replace(NodeIdFile.Read(path!));
            await ReviewMembers(cancellationToken).ConfigureAwait(false);
        });

    private static IEnumerable<NodeId> ReadNodes(string? path) => path is null ? [] : NodeIdFile.Read(path);

    private static string? ParseWallet(string line)
    {
        try
        {
            return WalletListFile.Parse([line]) is [var wallet] ? wallet.ToString() : null;
        }
        catch (XmtpException problem) when (problem.Code == ErrorCatalogue.AddressInvalid)
        {
            throw new FormatException("an entry is not an address, or its checksum is wrong", problem);
        }
    }
}
