using System.Security.Cryptography;
using System.Text;
using Xmtp.Cli.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Tests.Native;

public sealed class UnpackedFileTests : IDisposable
{
    private static readonly byte[] s_bytes = Encoding.UTF8.GetBytes("a library");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xmtp-unpacked-test-");
    private int _opened;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Use_Twice_UnpacksOnce()
    {
        var first = Use(Path.Combine(_folder.FullName, "cache"));
        Assert.Equal(s_bytes, File.ReadAllBytes(first));
        Assert.Equal(first, Use(Path.Combine(_folder.FullName, "cache")));
        Assert.Equal(1, _opened);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(first)!));
    }

    [Fact]
    public void Use_FolderOpenToOthers_IsClosedToThem()
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Path.GetDirectoryName(Use(_folder.FullName))!;
        File.SetUnixFileMode(folder, (UnixFileMode)0x1FF);
        Use(_folder.FullName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a librarY")]
    public void Use_FileCutOrExchanged_IsMended(string found)
    {
        var path = Use(_folder.FullName);
        File.Delete(path);
        File.WriteAllText(path, found);
        Assert.Equal(s_bytes, File.ReadAllBytes(Use(_folder.FullName)));
        Assert.Equal(2, _opened);
    }

    [Fact]
    public void Use_NoFolderTakesIt_UsesOneThatIsRemoved()
    {
        var file = Path.Combine(_folder.FullName, "a file");
        File.WriteAllText(file, "");
        var path = NewFile().Use([Path.Combine(file, "below")], path =>
        {
            Assert.Equal(s_bytes, File.ReadAllBytes(path));
            return path;
        });
        if (!OperatingSystem.IsWindows()) Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public void Use_BytesOfAnotherHash_AreRefused()
    {
        var file = new UnpackedFile("library", new string('0', 64), () => new MemoryStream(s_bytes));
        var failure = Assert.Throws<XmtpException>(() => file.Use([_folder.FullName], static path => path));
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Candidates_Variables_AreTriedInOrder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one place.");
        var variables = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = "/var/cache/me", ["HOME"] = "/somebody" };
        var folders = CacheFolders.Candidates(variables.GetValueOrDefault).ToList();
        Assert.Equal("/var/cache/me/xmtp", folders[0]);
        Assert.Equal(2, folders.Count);
        variables["XDG_CACHE_HOME"] = "relative";
        Assert.StartsWith("/somebody/", Assert.Single(CacheFolders.Candidates(variables.GetValueOrDefault)), StringComparison.Ordinal);
        Assert.Empty(CacheFolders.Candidates(static _ => null));
    }

    private string Use(string cache) => NewFile().Use([cache], static path => path);

    private UnpackedFile NewFile() => new("library", Convert.ToHexStringLower(SHA256.HashData(s_bytes)), () =>
    {
        _opened++;
        return new MemoryStream(s_bytes);
    });
}
