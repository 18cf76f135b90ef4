using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>A folder for the files of one snippet.</summary>
public sealed class SnippetFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("xmtp-snippets-").FullName;

    /// <summary>A file with a new wallet's key.</summary>
    public string NewKeyFile()
    {
        using var wallet = PrivateKeyWallet.Generate();
        var path = Path.Combine(_path, "key");
        File.WriteAllText(path, Convert.ToHexString(wallet.Export()));
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
