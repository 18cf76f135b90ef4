using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Keys;

/// <summary>
/// The passphrase of a key file: from a file for machines, from the terminal for people. Never from a flag or an
/// environment variable, which other processes can read.
/// </summary>
public static class Passphrase
{
    /// <summary>Longest passphrase file, in bytes.</summary>
    public const int FileLengthMaxBytes = 4096;

    /// <summary>Reads the passphrase for an existing key file.</summary>
    /// <param name="file">Its first line is the passphrase; null asks at the terminal.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when there is neither.</exception>
    public static string Read(FileInfo? file) => file is null ? Ask("Passphrase: ") : ReadFile(file);

    /// <summary>Reads the passphrase for a new key file; at the terminal twice.</summary>
    /// <param name="file">Its first line is the passphrase; null asks at the terminal.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/> when there is neither or the two differ.</exception>
    public static string Choose(FileInfo? file)
    {
        var first = file is null ? Ask("New passphrase: ") : ReadFile(file);
        if (first.Length == 0) throw Unusable("The passphrase is empty.");
        if (file is null && Ask("Again: ") != first) throw Unusable("The two passphrases differ.");
        return first;
    }

    private static string ReadFile(FileInfo file)
    {
        try
        {
            if (!file.Exists) throw Unusable($"The passphrase file {file.FullName} does not exist.");
            if (file.Length > FileLengthMaxBytes) throw Unusable($"The passphrase file {file.FullName} is longer than {FileLengthMaxBytes} bytes.");
            using var reader = file.OpenText();
            return reader.ReadLine() ?? throw Unusable($"The passphrase file {file.FullName} is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"The passphrase file cannot be read: {failure.Message}");
        }
    }

    private static string Ask(string prompt) => Console.IsInputRedirected
        ? throw Unusable("There is no terminal to ask for the passphrase; give --passphrase-file.")
        : Terminal.AskSecret(prompt);

    private static XmtpException Unusable(string message) => new(ErrorCatalogue.KeyFileUnreadable, message);
}
