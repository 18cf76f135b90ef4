using System.Collections.Concurrent;
using Xmtp.Client;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.Testing.InProcess;

namespace Xmtp.Testing;

/// <summary>
/// A whole XMTP network inside a test: the core of a real node, which stores in memory, and clients that reach it without a
/// socket. Its clock stands still unless the test moves it, its faults are the test's, and a seed decides every key, so a run is
/// like the one before. Each network is on its own: tests may run in parallel. Safe for concurrent use.
/// </summary>
/// <example><code>
/// await using var network = await TestNetwork.StartAsync();
/// var amal = await network.CreateClientAsync();
/// var bola = await network.CreateClientAsync();
/// var conversation = await amal.Conversations.NewConversationAsync(bola.Address);
/// await conversation.SendAsync("gm");
/// </code></example>
public sealed class TestNetwork : IAsyncDisposable
{
    // Wallets and clients draw from streams of their own, so that one more of either changes no other's keys.
    private const int WalletStreams = 1 << 24;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(500);

    private readonly TestNetworkOptions _options;
    private readonly InProcessNode _node;
    private readonly ConcurrentQueue<InProcessTransport> _transports = new();
    private readonly ConcurrentDictionary<XmtpClient, InProcessTransport> _clients = new();
    private int _clientCount;
    private int _walletCount;
    private int _disposed;

    private TestNetwork(TestNetworkOptions options, TestClock clock, InProcessNode node)
    {
        (_options, Clock, _node) = (options, clock, node);
        Faults = new NetworkFaults(() => _transports.Sum(static transport => transport.DropSubscriptions()));
    }

    /// <summary>The clock of the network and its clients. Give it to the app as its <see cref="TimeProvider"/> too.</summary>
    public TestClock Clock { get; }

    /// <summary>What goes wrong for all clients.</summary>
    public NetworkFaults Faults { get; }

    /// <summary>Live subscriptions of all clients; a stream has one.</summary>
    public int OpenSubscriptions => _node.OpenSubscriptions;

    /// <summary>Copies of all envelopes that reached the network, in order of arrival. A repeat stands here twice; ephemeral ones are here too.</summary>
    public IReadOnlyList<Envelope> PublishedEnvelopes => _node.Published;

    /// <summary>Starts a network that nobody has used.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TestNetwork> StartAsync(TestNetworkOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TestNetworkOptions();
        var clock = new TestClock(options.StartTime);
        var node = await InProcessNode.StartAsync(clock, options.EnvelopesMax, options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        return new TestNetwork(options, clock, node);
    }

    /// <summary>
    /// Options of one client of this network, to be changed with <c>with</c> and given to the app, or to
    /// <see cref="XmtpClient.CreateAsync"/>. Call it once for each client: faults and randomness belong to it.
    /// </summary>
    public XmtpClientOptions CreateOptions()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var transport = new InProcessTransport(_node, Faults, Clock);
        _transports.Enqueue(transport);
        return new XmtpClientOptions
        {
            CustomTransport = transport,
            TimeProvider = Clock,
            Random = new SeededRandom(_options.Seed, Interlocked.Increment(ref _clientCount)),
            LoggerFactory = _options.LoggerFactory,
        };
    }

    /// <summary>A wallet that nobody has. The seed and how many were made before decide its key: hold nothing of value with it.</summary>
    public PrivateKeyWallet CreateWallet()
    {
        using var random = new SeededRandom(_options.Seed, WalletStreams + Interlocked.Increment(ref _walletCount));
        return PrivateKeyWallet.Generate(random: random);
    }

    /// <summary>An account with a wallet of its own, which can be written to. Disposed with the network at the latest.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">A fault that was planned.</exception>
    public async Task<XmtpClient> CreateClientAsync(CancellationToken cancellationToken = default)
    {
        using var wallet = CreateWallet();
        return await CreateClientAsync(wallet, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A client of a wallet's account. A second one of the same wallet is another device of the account. Disposed with the network at the latest.</summary>
    /// <param name="wallet">The wallet; not used after this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">A fault that was planned.</exception>
    public async Task<XmtpClient> CreateClientAsync(IWallet wallet, CancellationToken cancellationToken = default)
    {
        var options = CreateOptions();
        var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken).ConfigureAwait(false);
        _clients[client] = TransportOf(options);
        return client;
    }

    /// <summary>What goes wrong for one client alone, besides what goes wrong for all.</summary>
    /// <param name="client">A client that this network made.</param>
    /// <exception cref="ArgumentException">It is none; <see cref="FaultsOf(XmtpClientOptions)"/> is for clients that the app made.</exception>
    public NetworkFaults FaultsOf(XmtpClient client) => _clients.TryGetValue(client, out var transport)
        ? transport.Faults
        : throw new ArgumentException($"not a client of {nameof(CreateClientAsync)}", nameof(client));

    /// <summary>What goes wrong for the client that was made with these options, besides what goes wrong for all.</summary>
    /// <param name="options">What <see cref="CreateOptions"/> gave, or a changed copy.</param>
    /// <exception cref="ArgumentException">They are of another network, or of none.</exception>
    public NetworkFaults FaultsOf(XmtpClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TransportOf(options).Faults;
    }

    /// <summary>What is stored on a topic, in the order of its senders' times. Faults do not touch this.</summary>
    /// <param name="topic">The topic, such as that of a conversation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<Envelope>> EnvelopesAsync(Topic topic, CancellationToken cancellationToken = default)
    {
        var envelopes = new List<Envelope>();
        var page = new QueryRequest { ContentTopics = { topic.Value }, PagingInfo = new PagingInfo { Limit = Limits.PageSizeMax, Direction = SortDirection.Ascending } };
        while (true)
        {
            var answer = await _node.QueryAsync(page, cancellationToken).ConfigureAwait(false);
            envelopes.AddRange(answer.Envelopes.Select(static envelope => envelope.Clone()));
            if (answer.PagingInfo?.Cursor is not { } cursor) return envelopes;
            page.PagingInfo.Cursor = cursor;
        }
    }

    /// <summary>Publishes what some stranger might, without token: garbage on an invite topic, say. Topics that belong to an account are not protected from this.</summary>
    /// <param name="envelopes">Envelopes with their topics, times and messages.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="NodeException">An envelope exceeds a limit of the protocol.</exception>
    public Task PublishAsync(IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        return _node.PublishAsync(envelopes, AckLevel.Local, cancellationToken);
    }

    /// <summary>
    /// Moves the clock until a task is done that waits for it: for a retry, a timeout, a stream that comes back. The clock rests
    /// while the network works on a call.
    /// </summary>
    /// <param name="task">The task, which has begun.</param>
    /// <param name="step">How far the clock moves at a time; null for half a second.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It was not done within <see cref="TestNetworkOptions.Patience"/> of real time.</exception>
    public async Task RunAsync(Task task, TimeSpan? step = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        await RunAsync(() => task.IsCompleted, task, step, cancellationToken).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="RunAsync(Task, TimeSpan?, CancellationToken)"/>, for a task with a result.</summary>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan? step = null, CancellationToken cancellationToken = default)
    {
        await RunAsync((Task)task, step, cancellationToken).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="RunAsync(Task, TimeSpan?, CancellationToken)"/>, until a condition holds.</summary>
    /// <param name="condition">Looked at before each step.</param>
    /// <param name="step">How far the clock moves at a time; null for half a second.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It did not hold within <see cref="TestNetworkOptions.Patience"/> of real time.</exception>
    public Task RunUntilAsync(Func<bool> condition, TimeSpan? step = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return RunAsync(condition, new TaskCompletionSource().Task, step, cancellationToken);
    }

    /// <summary>Disposes the clients that the network made, then the network.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var client in _clients.Keys) await client.DisposeAsync().ConfigureAwait(false);
        foreach (var transport in _transports) transport.DropSubscriptions();
        await _node.DisposeAsync().ConfigureAwait(false);
    }

    private InProcessTransport TransportOf(XmtpClientOptions options) => options.CustomTransport is InProcessTransport transport && _transports.Contains(transport)
        ? transport
        : throw new ArgumentException($"not made from {nameof(CreateOptions)} of this network", nameof(options));

    private async Task RunAsync(Func<bool> isDone, Task sign, TimeSpan? step, CancellationToken cancellationToken)
    {
        var (started, startTime) = (TimeProvider.System.GetTimestamp(), Clock.GetUtcNow());
        using var look = new PeriodicTimer(s_look, TimeProvider.System);
        while (!isDone())
        {
            await Task.WhenAny(sign, look.WaitForNextTickAsync(cancellationToken).AsTask()).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (isDone()) return;
            if (TimeProvider.System.GetElapsedTime(started) > _options.Patience)
                throw new TimeoutException($"waited in vain, although the clock moved by {Clock.GetUtcNow() - startTime}");
            if (!_node.IsWorking) Clock.Advance(step ?? s_step);
        }
    }
}
