using System.Security.Cryptography;
using Microsoft.JSInterop;
using Xmtp.Protocol.Errors;

namespace Xmtp.Inbox.Browser;

/// <summary>
/// Puts encrypted files on a web server. What <see cref="HttpClient"/> sends in a browser goes to it in one piece, and is told to have gone
/// before anything has.
/// </summary>
public sealed class FileUploads(IJSRuntime scripts)
{
    private const int NameLength = 64;

    private readonly ScriptModule _uploads = new(scripts, "upload.js");

    /// <summary>PUTs a file under a random name. It takes as long as it takes.</summary>
    /// <param name="folder">https, with a closing slash.</param>
    /// <param name="payload">What is put there.</param>
    /// <param name="progress">Hears how many bytes have gone.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AttachmentTransferFailed"/>: it was not stored.</exception>
    public async Task<Uri> PutAsync(Uri folder, byte[] payload, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var address = new Uri(folder, RandomNumberGenerator.GetHexString(NameLength, lowercase: true));
        using var owner = DotNetObjectReference.Create(new Listener(progress));
        await using var transfer = await _uploads.CallAsync<IJSObjectReference>("put", address.AbsoluteUri, payload, owner);
        await using var aborting = cancellationToken.Register(() => _ = transfer.InvokeVoidAsync("abort").AsTask());
        var status = await transfer.InvokeAsync<int>("status", CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return status is >= 200 and < 300 ? address : throw new XmtpException(
            ErrorCatalogue.AttachmentTransferFailed, status == 0 ? "the place for files was not reached, or does not let this page put files there" : $"the place for files answered {status}");
    }

    private sealed class Listener(IProgress<long> progress)
    {
        [JSInvokable]
        public void OnSent(long bytes) => progress.Report(bytes);
    }
}
