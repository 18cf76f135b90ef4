namespace Xmtp.Client.Attachments;

/// <summary>How payloads are moved over HTTP.</summary>
public sealed record HttpAttachmentStorageOptions
{
    /// <summary>The folder that payloads are PUT into: https, with a closing slash. Null for a client that only downloads.</summary>
    public Uri? UploadTo
    {
        get;
        init => field = Folder(value, nameof(UploadTo));
    }

    /// <summary>The folder that readers find them in, where it is another one; https, with a closing slash.</summary>
    public Uri? DownloadFrom
    {
        get;
        init => field = Folder(value, nameof(DownloadFrom));
    }

    /// <summary>Headers of uploads, as for authorization. Never sent with downloads.</summary>
    public IReadOnlyDictionary<string, string> UploadHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a server may take to answer, and to take each part of an upload. The transfer itself takes as long as it takes.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock for <see cref="ResponseTimeout"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether downloads may go to private and loopback addresses, as in a company's own network. Senders choose the address: leave it off elsewhere.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>
    /// Handler of the application's own, for proxies and certificates, in place of the one that keeps to the public internet. It must
    /// follow no redirects and send no cookies. It stays the application's to dispose.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    private static Uri? Folder(Uri? value, string name) => value is null || (value.IsAbsoluteUri && value.Scheme == Uri.UriSchemeHttps && value.AbsolutePath.EndsWith('/'))
        ? value
        : throw new ArgumentException("The address must be https and end with a slash.", name);
}
