using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Transfer;

/// <summary>A part whose digest holds.</summary>
/// <param name="Heading">What the whole export is; in the first part only.</param>
/// <param name="Envelopes">Its envelopes.</param>
/// <param name="Number">Which part, from 0.</param>
/// <param name="Previous">Digest of the part before; zeros in the first.</param>
/// <param name="Digest">SHA-256 over <paramref name="Previous"/> and all lines but the last: so the digest of the last part is that of all.</param>
/// <param name="After">Where the next part goes on.</param>
/// <param name="IsLast">Whether none follows.</param>
internal sealed record TransferPart(TransferLine? Heading, IReadOnlyList<TransferredEnvelope> Envelopes, int Number, Hash256 Previous, Hash256 Digest, string After, bool IsLast)
{
    /// <summary>Reads a packed part from outside.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>.</exception>
    public static TransferPart Read(byte[] packed)
    {
        var text = TransferFormat.Unpack(packed);
        if (text.Length == 0 || text.Span[^1] != '\n') throw TransferFormat.Unusable("a part of it does not end with a line");
        var lastBegins = text.Span[..^1].LastIndexOf((byte)'\n') + 1;
        var end = Parse(text[lastBegins..^1]);
        if (end is not { Kind: TransferLine.End, Number: { } number, Envelopes: { } count, Previous: { } previous, Sha256: { } digest, After: { } after, Last: { } isLast }
            || !TryRead(previous, out var previousHash) || !TryRead(digest, out var digestHash)) throw TransferFormat.Unusable("a part of it has no end");
        if (DigestOf(previousHash, text.Span[..lastBegins]) != digestHash) throw TransferFormat.Unusable($"part {number} has another digest than it says");
        var (heading, envelopes) = ReadLines(text[..lastBegins], number);
        return envelopes.Count == count
            ? new TransferPart(heading, envelopes, number, previousHash, digestHash, after, isLast)
            : throw TransferFormat.Unusable($"part {number} has {envelopes.Count} envelopes and says {count}");
    }

    /// <summary>The digest of a part.</summary>
    public static Hash256 DigestOf(Hash256 previous, ReadOnlySpan<byte> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous.ToArray());
        hash.AppendData(lines);
        return new Hash256(hash.GetHashAndReset());
    }

    /// <summary>Makes sure that this part follows another.</summary>
    /// <param name="before">The part before; null for none.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>.</exception>
    public void CheckFollows(TransferPart? before)
    {
        if (before is { IsLast: true }) throw TransferFormat.Unusable("something follows its last part");
        if (Number != (before?.Number ?? -1) + 1 || Previous != (before?.Digest ?? default)) throw TransferFormat.Unusable($"part {Number} does not follow the one before it");
        if (before is null && Heading is null) throw TransferFormat.Unusable("it has no heading");
    }

    /// <summary>Reads a digest.</summary>
    public static bool TryRead(string text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        var isHash = text.Length == 2 * Hash256.Length && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        hash = isHash ? new Hash256(bytes) : default;
        return isHash;
    }

    private static (TransferLine? Heading, List<TransferredEnvelope> Envelopes) ReadLines(ReadOnlyMemory<byte> lines, int number)
    {
        TransferLine? heading = null;
        var envelopes = new List<TransferredEnvelope>();
        for (var first = true; !lines.IsEmpty; first = false)
        {
            var end = lines.Span.IndexOf((byte)'\n');
            var line = Parse(lines[..end]);
            lines = lines[(end + 1)..];
            if (first && number == 0 && line.Kind == TransferLine.Heading)
            {
                if (line.Format != TransferFormat.Version) throw TransferFormat.Unusable($"it has format {line.Format}, and this software reads {TransferFormat.Version}");
                heading = line;
            }
            else
            {
                if (envelopes.Count == TransferFormat.PartEnvelopes) throw TransferFormat.Unusable($"part {number} has too many envelopes");
                envelopes.Add(ToEnvelope(line, number));
            }
        }

        return (heading, envelopes);
    }

    private static TransferredEnvelope ToEnvelope(TransferLine line, int number)
    {
        if (line is not { Kind: null, Topic: { } topic, Message: { } message } || !ulong.TryParse(line.TimeNs, NumberStyles.None, CultureInfo.InvariantCulture, out var timeNs)
            || !long.TryParse(line.StoredNs, NumberStyles.None, CultureInfo.InvariantCulture, out var storedNs)) throw TransferFormat.Unusable($"part {number} has a line that is no envelope");
        return new TransferredEnvelope(new Envelope { ContentTopic = topic, TimestampNs = timeNs, Message = UnsafeByteOperations.UnsafeWrap(message) }, line.Token ?? [], storedNs);
    }

    private static TransferLine Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Span, TransferJson.Default.TransferLine) ?? throw TransferFormat.Unusable("a line of it is null");
        }
        catch (JsonException broken)
        {
            throw TransferFormat.Unusable("a line of it is no JSON of this kind", broken);
        }
    }
}
