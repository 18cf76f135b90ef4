using System.Security.Cryptography;
using System.Text;
using Xmtp.Cli.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary>The secret that HTTP requests must bear, in a file that only its owner can read.</summary>
internal sealed class TokenFile
{
    private const int LengthMaxBytes = 1024;
    private const int LengthMinChars = 32;
    private const string Scheme = "Bearer ";

    private readonly byte[] _digest;

    private TokenFile(FileInfo file, string token) => (File, _digest) = (file, SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public FileInfo File { get; }

    /// <summary>Reads the file, or makes it.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: it cannot be read or written, others can read it, or its token can be guessed.</exception>
    public static TokenFile Open(FileInfo file)
    {
        try
        {
            if (!file.Exists)
            {
                PrivateFile.Create(file.FullName, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n"));
                file.Refresh();
            }

            if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(file.FullName) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw Unusable($"{file.FullName} can be read by others; `chmod 600` it, or remove it and another is made.");
            if (file.Length > LengthMaxBytes) throw Unusable($"{file.FullName} is too long for a token.");
            var token = System.IO.File.ReadAllText(file.FullName).Trim();
            return token.Length >= LengthMinChars && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? new TokenFile(file, token)
                : throw Unusable($"{file.FullName} holds no token of {LengthMinChars} or more printable characters; remove it and another is made.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.KeyFileUnreadable, $"The token file {file.FullName} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>Whether an <c>Authorization</c> header bears the token; takes as long for any wrong one.</summary>
    public bool IsIn(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) &&
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())), _digest);

    private static XmtpException Unusable(string why) => new(ErrorCatalogue.KeyFileUnreadable, why);
}
