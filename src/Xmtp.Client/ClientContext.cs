using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Consent;
using Xmtp.Client.Contacts;
using Xmtp.Client.Conversations;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Client.Storage;
using Xmtp.Client.Streams;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Client;

/// <summary>What the parts of one client share.</summary>
internal sealed class ClientContext : IAsyncDisposable
{
    private int _disposed;

    public ClientContext(XmtpClientOptions options, NodeConnection connection, Publisher publisher, SenderClock clock, PrivateKeyBundle keys, LocalStore store, ILogger logger)
    {
        (Connection, Publisher, Clock, Keys, Logger) = (connection, publisher, clock, keys, logger);
        Self = keys.WalletAddress;
        Random = options.Random;
        Codecs = options.Codecs;
        ImplicitConsent = options.ImplicitConsent;
        ClockSkewNs = (ulong)options.ClockSkew.Ticks * TimeSpan.NanosecondsPerTick;
        Secrets = new SharedSecrets(keys);
        Drops = new DropReporter(options.Dropped, logger, connection.Metrics);
        Streams = new StreamContext(connection, clock, options.TimeProvider, ClockSkewNs, options.StreamBufferSize, logger);
        Contacts = new ContactDirectory(connection, publisher, keys, clock, Drops, logger);
        Conversations = new ConversationList(this);
        Consent = new ConsentPreferences(this);
        Inbox = new Inbox(this, store);
    }

    public NodeConnection Connection { get; }

    public Publisher Publisher { get; }

    public SenderClock Clock { get; }

    public PrivateKeyBundle Keys { get; }

    public CryptoProvider Provider => Keys.Provider;

    public EthereumAddress Self { get; }

    public RandomNumberGenerator Random { get; }

    public CodecRegistry Codecs { get; }

    public bool ImplicitConsent { get; }

    public ulong ClockSkewNs { get; }

    public SharedSecrets Secrets { get; }

    public DropReporter Drops { get; }

    public StreamContext Streams { get; }

    public ContactDirectory Contacts { get; }

    public ConversationList Conversations { get; }

    public ConsentPreferences Consent { get; }

    public Inbox Inbox { get; }

    public ILogger Logger { get; }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(XmtpClient));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await Inbox.CloseAsync().ConfigureAwait(false);
        await Streams.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
        Conversations.Close();
        Consent.Close();
        Secrets.Dispose();
        Keys.Dispose();
    }
}
