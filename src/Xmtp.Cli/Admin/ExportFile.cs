using Xmtp.Node.Transfer;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary>A file of exported parts, read from its beginning. What is counted is verified.</summary>
internal sealed class ExportFile(FileStream stream)
{
    /// <summary>The heading; null before the first part.</summary>
    public TransferLine? Heading { get; private set; }

    /// <summary>The last part read or added; null before the first.</summary>
    public TransferPart? Last { get; private set; }

    /// <summary>Envelopes so far.</summary>
    public long Envelopes { get; private set; }

    /// <summary>Reads on.</summary>
    /// <returns>The packed part; null at the end.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await TransferFormat.ReadAsync(stream, cancellationToken) is not { } packed) return null;
        Take(TransferPart.Read(packed));
        return packed;
    }

    /// <summary>Reads to the end of what is whole, and cuts the rest off: where an interrupted export goes on.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var whole = 0L;
        try
        {
            while (await ReadAsync(cancellationToken) is not null) whole = stream.Position;
        }
        catch (XmtpException cut) when (cut.Code == ErrorCatalogue.ArchiveUnusable)
        {
            // The part that was being written.
        }

        stream.SetLength(whole);
        stream.Position = whole;
    }

    /// <summary>Adds a part. It is on the disk when this returns.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>: it is none, or does not follow.</exception>
    public async Task AddAsync(byte[] packed, CancellationToken cancellationToken)
    {
        Take(TransferPart.Read(packed));
        await stream.WriteAsync(packed, cancellationToken);
        stream.Flush(flushToDisk: true);
    }

    private void Take(TransferPart part)
    {
        part.CheckFollows(Last);
        Heading ??= part.Heading;
        Last = part;
        Envelopes += part.Envelopes.Count;
    }
}
