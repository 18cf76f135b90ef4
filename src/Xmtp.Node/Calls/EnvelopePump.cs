using Xmtp.Node.Core;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Calls;

/// <summary>Moves envelopes from a subscription to a transport.</summary>
internal static class EnvelopePump
{
    // What is written between two flushes at most: enough to fill a network packet many times, little to hold per reader.
    private const int UnflushedBytesMax = 64 << 10;

    /// <summary>Writes one envelope, and sends all that was written so far when told to.</summary>
    public delegate ValueTask EnvelopeWriter(Envelope envelope, bool flush, CancellationToken cancellationToken);

    /// <summary>Runs until the client goes away or the node ends the stream; a stream never just ends, because some clients open it again only after an error.</summary>
    /// <param name="subscription">Where envelopes come from.</param>
    /// <param name="write">Where they go.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/>: the node is stopping, or the reader fell behind.</exception>
    public static async Task RunAsync(ISubscription subscription, EnvelopeWriter write, CancellationToken cancellationToken)
    {
        await foreach (var first in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var envelope = first;
            var unflushed = 0;
            while (subscription.TryRead(out var next))
            {
                unflushed += envelope.Message.Length + envelope.ContentTopic.Length;
                var flush = unflushed >= UnflushedBytesMax;
                if (flush) unflushed = 0;
                await write(envelope, flush, cancellationToken).ConfigureAwait(false);
                envelope = next;
            }

            await write(envelope, true, cancellationToken).ConfigureAwait(false);
        }

        throw new XmtpException(ErrorCatalogue.Unavailable, "the subscription ended; open the stream again");
    }
}
