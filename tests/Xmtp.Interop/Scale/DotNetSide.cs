using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Client.Transport;
using Xmtp.Interop.Clients;
using Xmtp.Protocol.Errors;

namespace Xmtp.Interop.Scale;

/// <summary>A client of this SDK that writes into all conversations and reads one stream of all of them.</summary>
internal sealed class DotNetSide : IAsyncDisposable
{
    private readonly LiveStream<DecodedMessage> _stream;
    private readonly Task _reading;
    private readonly List<Line> _arrived = [];
    private int _repeats;

    private DotNetSide(string name, Gateway gateway, DotNetAccount account, IReadOnlyList<Conversation> conversations, LiveStream<DecodedMessage> stream)
    {
        (Name, Gateway, Account, Conversations, _stream) = (name, gateway, account, conversations, stream);
        _stream.ConnectionChanged += (_, change) => Reconnects += change.State == ConnectionState.Reconnecting ? 1 : 0;
        _reading = Task.Run(ReadAsync);
    }

    public string Name { get; }

    public Gateway Gateway { get; }

    public DotNetAccount Account { get; }

    /// <summary>In the order that all sides have.</summary>
    public IReadOnlyList<Conversation> Conversations { get; }

    /// <summary>How often the stream lost its connection or failed to get one.</summary>
    public int Reconnects { get; private set; }

    /// <summary>How often a message was sent again.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>What the stream brought, in that order.</summary>
    public Line[] Arrived
    {
        get
        {
            lock (_arrived) return [.. _arrived];
        }
    }

    public int ArrivedCount
    {
        get
        {
            lock (_arrived) return _arrived.Count;
        }
    }

    public static async Task<DotNetAccount> JoinAsync(Gateway gateway, string? privateKey = null) => await DotNetAccount.CreateAsync(
        gateway.Endpoint, privateKey, options => options with { DiscoverNodes = false, Acknowledgement = AckLevel.Peers(1) });

    /// <param name="topics">Of the conversations, in the order that all sides have.</param>
    public static async Task<DotNetSide> StartAsync(string name, Gateway gateway, DotNetAccount account, IReadOnlyList<string> topics)
    {
        var known = await account.Client.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken);
        var conversations = topics.Select(topic => known.Single(conversation => conversation.Topic.Value == topic)).ToList();
        return new DotNetSide(name, gateway, account, conversations, await account.StreamAllMessagesAsync());
    }

    /// <summary>Sends one text until its node and another have it. It is sealed once, so a repeat is no second message.</summary>
    public async Task WriteAsync(Line line)
    {
        var message = await Conversations[line.Conversation].PrepareAsync(line.ToString(), cancellationToken: TestContext.Current.CancellationToken);
        while (true)
        {
            try
            {
                await message.SendAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (XmtpException failure) when (failure.IsRetryable)
            {
                Interlocked.Increment(ref _repeats);
            }
        }
    }

    /// <summary>Whether the stream brought so many; fails when it has ended.</summary>
    public async Task<bool> HasArrivedAsync(int count)
    {
        if (_reading.IsCompleted) await _reading;
        return ArrivedCount >= count;
    }

    /// <summary>What listing brings of one conversation.</summary>
    public async Task<Line[]> ListAsync(int conversation) =>
        [.. (await DotNetAccount.MessagesAsync(Conversations[conversation])).Select(message => Line.Parse((string)message.Content!))];

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        await Account.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        await foreach (var message in _stream)
        {
            var line = Line.Parse((string)message.Content!);
            lock (_arrived) _arrived.Add(line);
        }
    }
}
