using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Net.Mime;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Xmtp.Node.Pages;

/// <summary>
/// The web inbox: the files of one archive that is part of the program, each as it was compressed when that was built. A file is
/// unpacked when it is asked for first and kept, three megabytes in all.
/// </summary>
internal sealed partial class InboxFiles
{
    private const string Archive = "inbox.zip";
    private const string BrotliSuffix = ".br";
    private const string Brotli = "br";
    private const string FrontPage = "/index.html";

    // Code comes from this node only; style attributes are what the page scrolls by. It may talk to any node and to wherever
    // attachments lie, shows no picture that it did not make itself, and cannot be put into another page.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src *; " +
        "worker-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    private readonly FrozenDictionary<string, string> _entries;
    private readonly ConcurrentDictionary<string, InboxFile> _unpacked = new(StringComparer.Ordinal);
    private readonly FileExtensionContentTypeProvider _types = new();

    private InboxFiles(FrozenDictionary<string, string> entries)
    {
        _entries = entries;
        _types.Mappings[".webmanifest"] = "application/manifest+json";
    }

    /// <summary>Opens the archive.</summary>
    /// <param name="isWanted">Whether the operator wants the inbox served.</param>
    /// <returns>No files when it is not wanted, or this build has none.</returns>
    public static InboxFiles Open(bool isWanted)
    {
        using var stream = isWanted ? Assembly.GetExecutingAssembly().GetManifestResourceStream(Archive) : null;
        if (stream is null) return new InboxFiles(FrozenDictionary<string, string>.Empty);
        using var archive = new ZipArchive(stream);
        return new InboxFiles(archive.Entries.Where(static entry => entry.Length > 0).ToFrozenDictionary(static entry => PathOf(entry.FullName), static entry => entry.FullName, StringComparer.Ordinal));
    }

    /// <summary>Whether there is an inbox.</summary>
    public bool AreThere => _entries.Count > 0;

    /// <summary>Finds a file.</summary>
    public bool TryGet(string path, [NotNullWhen(true)] out RequestDelegate? page)
    {
        if (path == "/") path = FrontPage;
        page = _entries.ContainsKey(path) ? context => WriteAsync(context, path) : null;
        return page is not null;
    }

    private static string PathOf(string entry) => $"/{(entry.EndsWith(BrotliSuffix, StringComparison.Ordinal) ? entry[..^BrotliSuffix.Length] : entry)}";

    private async Task WriteAsync(HttpContext context, string path)
    {
        var file = _unpacked.GetOrAdd(path, Unpack);
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ETag = file.Tag;
        headers.Vary = HeaderNames.AcceptEncoding;

        // A name that holds a hash of the content never means another content.
        headers.CacheControl = HashedName().IsMatch(path) ? "public, max-age=31536000, immutable" : "no-cache";
        if (request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = _types.TryGetContentType(path, out var type) ? type : MediaTypeNames.Application.Octet;
        if (response.ContentType.StartsWith("text/", StringComparison.Ordinal)) response.ContentType += "; charset=utf-8";
        var takesBrotli = request.GetTypedHeaders().AcceptEncoding.Any(static encoding => encoding.Value.Equals(Brotli, StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0);
        if (file.IsBrotli && takesBrotli) headers.ContentEncoding = Brotli;
        var body = file.IsBrotli && !takesBrotli ? Inflate(file.Bytes) : file.Bytes;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    // For tools; browsers on this machine take brotli.
    private static byte[] Inflate(byte[] compressed)
    {
        using var plain = new MemoryStream();
        using var stream = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private InboxFile Unpack(string path)
    {
        using var archive = new ZipArchive(Assembly.GetExecutingAssembly().GetManifestResourceStream(Archive)!);
        var entry = archive.GetEntry(_entries[path])!;
        using var content = entry.Open();
        var bytes = new byte[entry.Length];
        content.ReadExactly(bytes);
        return new InboxFile(bytes, entry.FullName.EndsWith(BrotliSuffix, StringComparison.Ordinal), $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
    }

    [GeneratedRegex(@"^/_framework/.+\.[a-z0-9]{10}\.(?:wasm|js|dat)$")]
    private static partial Regex HashedName();
}
