using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Queries;

namespace Xmtp.Node.Transfer;

/// <summary>Writes an export: gathers lines until a part is full, then sends it whole. What it holds is one part.</summary>
/// <param name="destination">Gets it.</param>
/// <param name="number">Number of the first part.</param>
/// <param name="previous">Digest of the part before.</param>
/// <param name="after">Where that one ended; empty at the beginning.</param>
internal sealed class TransferWriter(Stream destination, int number, Hash256 previous, string after)
{
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private int _count;

    /// <summary>Envelopes written so far.</summary>
    public long Envelopes { get; private set; }

    /// <summary>Begins.</summary>
    public void Add(TransferLine heading) => Write(heading);

    /// <summary>Adds an envelope.</summary>
    public async ValueTask AddAsync(ExportedEnvelope exported, CancellationToken cancellationToken)
    {
        if (_count == TransferFormat.PartEnvelopes || _lines.WrittenCount >= TransferFormat.PartTextBytes) await CloseAsync(isLast: false, cancellationToken).ConfigureAwait(false);
        var envelope = exported.Envelope;
        using (var json = new Utf8JsonWriter(_lines))
        {
            json.WriteStartObject();
            json.WriteString("topic"u8, envelope.ContentTopic);
            json.WriteString("timeNs"u8, envelope.TimestampNs.ToString(CultureInfo.InvariantCulture));
            json.WriteBase64String("message"u8, envelope.Message.Span);
            json.WriteString("storedNs"u8, exported.StoredNs.ToString(CultureInfo.InvariantCulture));
            if (!exported.Token.IsEmpty) json.WriteBase64String("token"u8, exported.Token.Span);
            json.WriteEndObject();
        }

        _lines.Write("\n"u8);
        _count++;
        Envelopes++;
        after = string.Create(CultureInfo.InvariantCulture, $"{exported.Log}/{exported.Sequence}");
    }

    /// <summary>Closes the part.</summary>
    public async ValueTask CloseAsync(bool isLast, CancellationToken cancellationToken)
    {
        var digest = TransferPart.DigestOf(previous, _lines.WrittenSpan);
        Write(new TransferLine(TransferLine.End, Number: number, Envelopes: _count, Previous: previous.ToString(), Sha256: digest.ToString(), After: after, Last: isLast));
        await destination.WriteAsync(TransferFormat.Pack(_lines.WrittenSpan), cancellationToken).ConfigureAwait(false);
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        (previous, number, _count) = (digest, number + 1, 0);
        _lines.ResetWrittenCount();
    }

    private void Write(TransferLine line)
    {
        _lines.Write(JsonSerializer.SerializeToUtf8Bytes(line, TransferJson.Default.TransferLine));
        _lines.Write("\n"u8);
    }
}
