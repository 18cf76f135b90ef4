using Google.Protobuf;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>Known nodes in a file of the data directory: a <see cref="SavedPeers"/> message, replaced as a whole.</summary>
internal sealed class FilePeerStore(string directory, ILogger<FilePeerStore> logger) : IPeerStore
{
    // As many records as a node holds, at their largest, and ages.
    private const int LengthMax = 8 << 20;

    private readonly string _path = Path.Combine(directory, "peers.bin");
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public SavedPeers Load()
    {
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read);
            if (stream.Length > LengthMax) throw new InvalidDataException($"{stream.Length} bytes are too many.");
            return SavedPeers.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
        }
        catch (Exception nothing) when (nothing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new SavedPeers();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.PeersUnreadable(_path, problem);
            return new SavedPeers();
        }
    }

    /// <inheritdoc/>
    public void Save(SavedPeers peers)
    {
        try
        {
            lock (_lock)
            {
                var unfinished = _path + ".new";
                using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
                {
                    peers.WriteTo(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(unfinished, _path, overwrite: true);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            logger.PeersNotSaved(_path, problem);
        }
    }
}
