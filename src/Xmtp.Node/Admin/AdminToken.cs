using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Options;

namespace Xmtp.Node.Admin;

/// <summary>What an operator shows to be one: a text in a file that only the node's user can read. Whoever can read it can do all that the admin port does.</summary>
internal sealed class AdminToken
{
    /// <summary>The file in the data directory.</summary>
    public const string FileName = "admin.token";

    private const string Scheme = "Bearer ";
    private const int RandomBytes = 32;
    private const int LengthMin = 32;
    private const int LengthMax = 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Hashes have one length, so comparing them tells nothing of the token's.
    private readonly byte[] _hash;

    private AdminToken(string path, string text) => (Path, _hash) = (path, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Reads the token, or makes one.</summary>
    /// <param name="options">The node's options.</param>
    /// <exception cref="NodeOptionsException">The file cannot be used.</exception>
    public static AdminToken LoadOrCreate(NodeOptions options)
    {
        var path = System.IO.Path.GetFullPath(options.Admin.TokenFile ?? System.IO.Path.Combine(options.DataDirectory, FileName));
        try
        {
            if (!File.Exists(path)) Create(path);
            return new AdminToken(path, Read(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new NodeOptionsException([$"--admin-token-file: {path} cannot be used: {problem.Message}"]);
        }
    }

    /// <summary>Reads the token in a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="FormatException">It holds no token, or others can read it.</exception>
    public static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) is var others && others != 0)
            throw new FormatException("others than its owner have rights to it; chmod 600 would end that");
        if (new FileInfo(path).Length > LengthMax) throw new FormatException("it is too long for a token");
        var text = File.ReadAllText(path).Trim();
        return text.Length >= LengthMin && text.All(static character => character is > ' ' and <= '~')
            ? text
            : throw new FormatException($"a token is one line of at least {LengthMin} printable characters without spaces");
    }

    /// <summary>Whether a request bears the token. Takes the same time for every wrong one.</summary>
    /// <param name="authorization">Its Authorization header.</param>
    public bool IsIn(string? authorization)
    {
        var isBearer = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;
        var text = isBearer ? authorization![Scheme.Length..].Trim() : string.Empty;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    private static void Create(string path)
    {
        var directory = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else if (!Directory.Exists(directory)) Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        // Under another name first: whoever finds the file finds all of it.
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: false);
    }
}
