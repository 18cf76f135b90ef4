using Xmtp.Client;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>
/// What snippets find around them. Regions named <c>snippet:…</c> stand in documents word for word; each is part of a test,
/// so that it compiles and does what the document says.
/// </summary>
public abstract class SnippetTest(SnippetNode snippetNode) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(3));

    /// <summary>Address of the node.</summary>
    protected Uri Node => snippetNode.Address;

    /// <summary>Options of a client of that node.</summary>
    protected XmtpClientOptions Options => new() { Nodes = [Node] };

    /// <summary>Ends whatever hangs.</summary>
    protected CancellationToken Limit => _limit.Token;

    /// <summary>Hides the real one.</summary>
    protected SnippetConsole Console { get; } = new();

    /// <summary>An account with a new wallet.</summary>
    protected async Task<XmtpClient> JoinAsync()
    {
        using var wallet = PrivateKeyWallet.Generate();
        return await XmtpClient.CreateAsync(wallet, Options, Limit);
    }

    /// <summary>An address that has no account.</summary>
    protected static EthereumAddress Stranger()
    {
        using var wallet = PrivateKeyWallet.Generate();
        return wallet.Address;
    }

    /// <summary>Runs a snippet until it has written so many lines.</summary>
    protected async Task RunUntilAsync(int lines, Func<Task> snippet)
    {
        ArgumentNullException.ThrowIfNull(snippet);
        Console.LinesMax = lines;
        await Assert.ThrowsAsync<SnippetEndedException>(snippet);
    }

    public void Dispose()
    {
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }
}
