using System.Net;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Attachments;
using Xmtp.Client.Tests.Fakes;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Attachments;

public sealed class HttpAttachmentStorageTests : IAsyncLifetime
{
    private FileServer _server = null!;
    private HttpAttachmentStorage _storage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await FileServer.StartAsync();
        _storage = new HttpAttachmentStorage(new HttpAttachmentStorageOptions
        {
            UploadTo = _server.Folder,
            UploadHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer upload" },
            HttpHandler = _server.Handler,
        });
    }

    public async ValueTask DisposeAsync()
    {
        _storage.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task SendRemoteAttachmentAsync_LargeFile_ArrivesWithProgressAndServerSeesCiphertext()
    {
        var network = new FakeNetwork();
        await using var alice = await TestAccount.StartAsync(network);
        await using var bob = await TestAccount.StartAsync(network);
        var conversation = await alice.Client.Conversations.NewConversationAsync(bob.Client.Address, cancellationToken: Token);
        var film = Enumerable.Repeat((byte)'f', 3_000_000).ToArray();
        var (sent, came) = (new ProgressList(), new ProgressList());
        await conversation.SendRemoteAttachmentAsync(new Attachment("film.mp4", "video/mp4", film), _storage, sent, Token);

        var theirs = Assert.Single(await bob.Client.Conversations.ListAsync(cancellationToken: Token));
        RemoteAttachment? remote = null;
        await foreach (var message in theirs.ListMessagesAsync(cancellationToken: Token)) Assert.True(message.TryGet(out remote));
        var content = await _storage.DownloadRemoteAttachmentAsync(remote!, progress: came, cancellationToken: Token);
        Assert.True(content.TryGet<Attachment>(out var file));
        Assert.Equal(("film.mp4", "video/mp4"), (file.FileName, file.MimeType));
        Assert.True(film.AsSpan().SequenceEqual(file.Data.Span));
        var stored = Assert.Single(_server.Files).Value;
        Assert.True(stored.AsSpan().IndexOf("fffff"u8) < 0, "the server can read the file");
        Assert.Equal([stored.LongLength, stored.LongLength], [sent.Last, came.Last]);
        Assert.Equal(["Bearer upload", null], _server.Authorizations);
    }

    [Fact]
    public async Task UploadAsync_ServerTakesPartAfterPart_TakesLongerThanTheTimeToAnswer()
    {
        var time = new FakeTimeProvider();
        using var server = new SlowUploads(time);
        using var storage = new HttpAttachmentStorage(new HttpAttachmentStorageOptions { UploadTo = _server.Folder, HttpHandler = server, TimeProvider = time });

        // Ten parts, each after most of the time that there is for an answer.
        server.PartDelay = TimeSpan.FromSeconds(25);
        var address = await storage.UploadAsync(new byte[640 * 1024], cancellationToken: Token);
        Assert.StartsWith(_server.Folder.AbsoluteUri, address.AbsoluteUri, StringComparison.Ordinal);

        server.PartDelay = TimeSpan.FromSeconds(31);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => storage.UploadAsync(new byte[640 * 1024], cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.AttachmentTransferFailed, failure.Code);
        Assert.Contains("30 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_ServerSendsWithoutEnd_StopsAtTheLimit()
    {
        var cut = new TaskCompletionSource();
        _server.OnGet = async context =>
        {
            var chunk = new byte[100_000];
            try
            {
                while (true) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException)
            {
                cut.TrySetResult();
            }
        };
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _storage.DownloadAsync(new Uri(_server.Folder, "endless"), 1_000_000, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.ContentTooLarge, failure.Code);
        await cut.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task DownloadAsync_NotThereOrRedirectedToPlainHttp_Fails()
    {
        await FailsAsync("the server answered 404");
        _server.OnGet = static context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/file");
            return Task.CompletedTask;
        };
        await FailsAsync("the address is not https");
        _server.OnGet = static context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        await FailsAsync("redirects to nowhere");
    }

    [Fact]
    public async Task DownloadRemoteAttachmentAsync_OtherBytes_AreNotOpened()
    {
        var remote = await _storage.UploadRemoteAttachmentAsync(new Attachment("a.txt", "text/plain", "hello"u8.ToArray()), cancellationToken: Token);
        foreach (var name in _server.Files.Keys) _server.Files[name][3] ^= 1;
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _storage.DownloadRemoteAttachmentAsync(remote, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.CryptographyFailed, failure.Code);
        failure = await Assert.ThrowsAsync<XmtpException>(() => _storage.DownloadRemoteAttachmentAsync(remote, lengthMaxBytes: 10, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.ContentTooLarge, failure.Code);
    }

    [Fact]
    public async Task DownloadAsync_AddressOfThisMachine_IsRefusedBeforeConnecting()
    {
        using var storage = new HttpAttachmentStorage(new HttpAttachmentStorageOptions());
        var failure = await Assert.ThrowsAsync<XmtpException>(() => storage.DownloadAsync(new Uri(_server.Folder, "file"), 1000, cancellationToken: Token));
        Assert.Contains("not on the public internet", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Authorizations);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("100.63.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001::1", false)]
    public void IsPublic_Address_IsToldByItsRange(string address, bool expected) => Assert.Equal(expected, PublicInternet.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://files.example/")]
    [InlineData("https://files.example/folder")]
    public void UploadTo_NotHttpsOrNoFolder_IsRefused(string address) =>
        Assert.Throws<ArgumentException>(() => new HttpAttachmentStorageOptions { UploadTo = new Uri(address) });

    private async Task FailsAsync(string why)
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _storage.DownloadAsync(new Uri(_server.Folder, "file"), 1000, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.AttachmentTransferFailed, failure.Code);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    private sealed class ProgressList : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
