using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xmtp.Node.Backup;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Tests.Admin;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Backup;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-backup-").FullName;
    private readonly string _topic = NodeFixture.NewTopic();
    private AdminNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_directory, "restored");

    public async ValueTask InitializeAsync()
    {
        _node = await AdminNode.StartAsync();
        for (var i = 0; i < 5; i++) await PublishAsync(_node);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Restore_BackupOfARunningNode_HoldsWhatWasThereThen()
    {
        var archive = await BackUpAsync("?key=true");
        await PublishAsync(_node);
        var manifest = await RestoreAsync(archive);

        Assert.Equal((_node.Node.Host.NodeId.ToString(), true, 5UL), (manifest.Node, manifest.WithKey, Assert.Single(manifest.Logs).Entries));
        Assert.Empty(Directory.EnumerateDirectories(_node.Node.DataDirectory, "backup-*"));
        await _node.Node.StopAsync(Token);
        await using var restored = await AdminNode.StartAsync(options => options with { DataDirectory = Target });
        Assert.Equal(manifest.Node, restored.Node.Host.NodeId.ToString());
        Assert.Equal(5, (await restored.Api.QueryAsync(new QueryRequest { ContentTopics = { _topic } })).Envelopes.Count);
        await PublishAsync(restored);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Target, "node.key")));
    }

    [Fact]
    public async Task Backup_UnlessAskedFor_HoldsNoKey()
    {
        var archive = await BackUpAsync();
        var key = Encoding.ASCII.GetBytes(File.ReadAllText(Path.Combine(_node.Node.DataDirectory, "node.key")));
        Assert.Equal(-1, archive.AsSpan().IndexOf(key));
        var manifest = await RestoreAsync(archive);
        Assert.False(manifest.WithKey);
        Assert.Equal(["store"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName));
        Assert.True(_node.HasLogged(2281, "a backup"));
    }

    [Fact]
    public async Task Restore_WithAKeyFile_TakesTheNodesOnly()
    {
        var archive = await BackUpAsync();
        using (var other = NodeKey.Generate())
        {
            var pem = PemEncoding.WriteString("PRIVATE KEY", other.ExportPkcs8());
            File.WriteAllText(Path.Combine(_directory, "other.key"), pem);
        }

        await AssertRefusedAsync(archive, ErrorCatalogue.OperationRefused, "The key is of node", Path.Combine(_directory, "other.key"));
        await RestoreAsync(archive, Path.Combine(_node.Node.DataDirectory, "node.key"));
        Assert.True(File.Exists(Path.Combine(Target, "node.key")));
    }

    [Fact]
    public async Task Restore_OverSomething_IsRefused()
    {
        var archive = await BackUpAsync();
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "mine"), "precious");
        var failure = await Assert.ThrowsAsync<XmtpException>(() => RestoreAsync(archive));
        Assert.Equal(ErrorCatalogue.OperationRefused, failure.Code);
        Assert.Equal("precious", File.ReadAllText(Path.Combine(Target, "mine")));
    }

    [Fact]
    public async Task Restore_ArchiveCutShort_LeavesNothingBehind()
    {
        var archive = await BackUpAsync();
        foreach (var length in new[] { 0, 100, 600, archive.Length / 3, archive.Length / 2, archive.Length - 2048 })
            await AssertRefusedAsync(archive[..length], ErrorCatalogue.ArchiveUnusable, "not usable");
    }

    [Fact]
    public async Task Restore_ByteChanged_IsFoundWhereverItIs()
    {
        var archive = await BackUpAsync();
        var files = Read(archive);
        foreach (var (name, bytes) in files.Where(static file => file.Bytes.Length > 0 && file.Name != BackupFormat.ManifestName))
        {
            var changed = bytes.ToArray();
            changed[changed.Length / 2] ^= 1;
            await AssertRefusedAsync(Write(files.Select(file => file.Name == name ? (name, changed) : file)), ErrorCatalogue.ArchiveUnusable, name);
        }
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("store/../../escape")]
    [InlineData("/tmp/escape")]
    [InlineData("store/sub/file")]
    [InlineData("store/.hidden")]
    [InlineData("peers.bin")]
    [InlineData("store/")]
    public async Task Restore_ManifestThatNamesAnotherPlace_IsRefused(string name)
    {
        var files = Read(await BackUpAsync());
        var manifest = Manifest(files);
        manifest = manifest with { Files = [.. manifest.Files, new BackupFile(name, 1, Hash([1]))] };
        await AssertRefusedAsync(Write([.. Replace(files, manifest), (name, [1])]), ErrorCatalogue.ArchiveUnusable, "no part of a node's data");
    }

    [Fact]
    public async Task Restore_WhatTheManifestDoesNotName_IsRefused()
    {
        var files = Read(await BackUpAsync());
        await AssertRefusedAsync(Write([.. files, ("store/more", [1])]), ErrorCatalogue.ArchiveUnusable, "not in its manifest");
        await AssertRefusedAsync(Write([.. files, files[^1]]), ErrorCatalogue.ArchiveUnusable, "not in its manifest");
        await AssertRefusedAsync(Write(files.SkipLast(1)), ErrorCatalogue.ArchiveUnusable, "is missing");
        await AssertRefusedAsync(Write(files.Skip(1)), ErrorCatalogue.ArchiveUnusable, "does not begin with");
        await AssertRefusedAsync(Write(Replace(files, Manifest(files) with { Format = 2 })), ErrorCatalogue.ArchiveUnusable, "format 2");
        await AssertRefusedAsync(Write(files.Select(static file => file.Name == BackupFormat.ManifestName ? (file.Name, "{}"u8.ToArray()) : file)), ErrorCatalogue.ArchiveUnusable, "cannot be read");
    }

    [Fact]
    public async Task Restore_LinkInTheArchive_IsRefused()
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            var files = Read(await BackUpAsync());
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, files[0].Name) { DataStream = new MemoryStream(files[0].Bytes) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, files[1].Name) { LinkName = "/etc/passwd" });
        }

        await AssertRefusedAsync(archive.ToArray(), ErrorCatalogue.ArchiveUnusable, "no plain file");
    }

    [Fact]
    public async Task Restore_StoreThatIsNotTheOneOfTheManifest_IsRefused()
    {
        var older = Read(await BackUpAsync());
        await PublishAsync(_node);
        var newer = Manifest(Read(await BackUpAsync()));
        // All hashes hold; but how far the logs go is that of another store.
        var manifest = Manifest(older) with { Logs = newer.Logs };
        await AssertRefusedAsync(Write(Replace(older, manifest)), ErrorCatalogue.ArchiveUnusable, "is not what its manifest says");
    }

    [Fact]
    public async Task Backup_WhileAnotherIsUnderWay_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/backup");
        using var first = await _node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        // As long as its bytes are not all taken, or it is over: either is right.
        using var second = await _node.Http.PostAsync(new Uri("/v1/backup", UriKind.Relative), null, Token);
        Assert.Contains((int)second.StatusCode, new[] { 200, 409 });
        Assert.Equal("XMTP1015", (string?)(await _node.PostAsync("/v1/backup?key=perhaps", status: 400))["code"]);
    }

    [Fact]
    public async Task Open_DataOfARunningNode_IsRefused()
    {
        Assert.Equal(ErrorCatalogue.StoreUnusable, Assert.Throws<XmtpException>(() => StoppedNode.Open(_node.Node.DataDirectory)).Code);
        Assert.Equal(ErrorCatalogue.StoreUnusable, Assert.Throws<XmtpException>(() => StoppedNode.Open(_directory)).Code);
        await _node.Node.StopAsync(Token);
        await using var stopped = StoppedNode.Open(_node.Node.DataDirectory);
        await using var taken = await stopped.Writer(TimeProvider.System).TakeAsync(null, Token);
        Assert.Equal(5UL, Assert.Single(taken.Manifest.Logs).Entries);
    }

    private async Task PublishAsync(AdminNode node) => await node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope(_topic) } });

    private async Task<byte[]> BackUpAsync(string query = "")
    {
        using var response = await _node.Http.PostAsync(new Uri("/v1/backup" + query, UriKind.Relative), null, Token);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(Token);
    }

    private Task<BackupManifest> RestoreAsync(byte[] archive, string? key = null) => BackupRestorer.RunAsync(new MemoryStream(archive), Target, key, null, Token);

    private async Task AssertRefusedAsync(byte[] archive, ErrorCode code, string problem, string? key = null)
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => RestoreAsync(archive, key));
        Assert.Equal(code, failure.Code);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_directory));
    }

    private static List<(string Name, byte[] Bytes)> Read(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive));
        var files = new List<(string Name, byte[] Bytes)>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            files.Add((entry.Name, bytes.ToArray()));
        }

        return files;
    }

    private static byte[] Write(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            foreach (var (name, bytes) in files) writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        return archive.ToArray();
    }

    private static BackupManifest Manifest(IEnumerable<(string Name, byte[] Bytes)> files) =>
        JsonSerializer.Deserialize(files.Single(static file => file.Name == BackupFormat.ManifestName).Bytes, BackupJson.Default.BackupManifest)!;

    private static IEnumerable<(string Name, byte[] Bytes)> Replace(IEnumerable<(string Name, byte[] Bytes)> files, BackupManifest manifest) => files.Select(
        file => file.Name == BackupFormat.ManifestName ? (file.Name, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)) : file);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
