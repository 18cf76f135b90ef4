using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>The node's key in its data directory: PKCS #8 as PEM, for its owner only. It is made at the first start and never overwritten.</summary>
internal static class NodeKeyFile
{
    private const string FileName = "node.key";
    private const string Label = "PRIVATE KEY";
    private const int LengthMax = 4096;

    /// <summary>Reads the key, or makes one.</summary>
    /// <param name="directory">The data directory; it exists.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: the file cannot be used.</exception>
    public static NodeKey LoadOrCreate(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return File.Exists(path) ? Load(path) : Create(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"the node's key {path} cannot be used: {problem.Message} Restore it from a backup.", problem);
        }
    }

    private static NodeKey Load(string path)
    {
        if (new FileInfo(path).Length > LengthMax) throw new CryptographicException("It is too long for a key.");
        var text = File.ReadAllText(path).ToCharArray();
        var bytes = Array.Empty<byte>();
        try
        {
            var pem = PemEncoding.Find(text);
            if (!text.AsSpan()[pem.Label].SequenceEqual(Label)) throw new CryptographicException("It holds something else than a private key.");
            bytes = new byte[pem.DecodedDataLength];
            return Convert.TryFromBase64Chars(text.AsSpan()[pem.Base64Data], bytes, out _) ? NodeKey.ImportPkcs8(bytes) : throw new CryptographicException("It is damaged.");
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static NodeKey Create(string path)
    {
        var key = NodeKey.Generate();
        var bytes = key.ExportPkcs8();
        var text = PemEncoding.Write(Label, bytes);
        try
        {
            // Under another name first: whoever finds the file finds all of it.
            var unfinished = path + ".new";
            Write(unfinished, text);
            File.Move(unfinished, path, overwrite: false);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    private static void Write(string path, char[] text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(path);
        using var stream = new FileStream(path, options);
        foreach (var character in text) stream.WriteByte((byte)character);
        stream.WriteByte((byte)'\n');
        stream.Flush(flushToDisk: true);
    }
}
