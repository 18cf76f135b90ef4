using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// Names what a message's bytes mean: who defined the type, its name, and its version (XIP-5).
/// The text form is <c>authority/type:major.minor</c>, for example <c>xmtp.org/text:1.0</c>.
/// </summary>
public readonly record struct ContentTypeId : ISpanParsable<ContentTypeId>, ISpanFormattable
{
    /// <summary>The authority of the standard types.</summary>
    public const string StandardAuthority = "xmtp.org";

    // Kept null when empty, so that default and an id read from empty fields are equal.
    private readonly string? _authorityId;
    private readonly string? _typeId;

    /// <summary>Makes an id from its parts.</summary>
    /// <param name="authorityId">Who defines the type: a domain or an ENS name.</param>
    /// <param name="typeId">Name of the type within its authority.</param>
    /// <param name="versionMajor">Readers of a lower major version cannot read the content.</param>
    /// <param name="versionMinor">Readers of any minor version of a major version read the content.</param>
    public ContentTypeId(string authorityId, string typeId, uint versionMajor = 1, uint versionMinor = 0)
    {
        ArgumentNullException.ThrowIfNull(authorityId);
        ArgumentNullException.ThrowIfNull(typeId);
        _authorityId = authorityId.Length == 0 ? null : authorityId;
        _typeId = typeId.Length == 0 ? null : typeId;
        VersionMajor = versionMajor;
        VersionMinor = versionMinor;
    }

    /// <summary>Who defines the type.</summary>
    public string AuthorityId => _authorityId ?? string.Empty;

    /// <summary>Name of the type within its authority.</summary>
    public string TypeId => _typeId ?? string.Empty;

    /// <summary>A codec reads content of its own major version and of lower ones.</summary>
    public uint VersionMajor { get; }

    /// <summary>Plays no part in choosing a codec.</summary>
    public uint VersionMinor { get; }

    /// <summary>A standard type, version 1.0.</summary>
    /// <param name="typeId">For example <c>text</c>.</param>
    public static ContentTypeId Standard(string typeId) => new(StandardAuthority, typeId);

    /// <summary>Takes the parts as they stand on the wire.</summary>
    public static ContentTypeId FromProto(Proto.ContentTypeId type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new ContentTypeId(type.AuthorityId, type.TypeId, type.VersionMajor, type.VersionMinor);
    }

    /// <summary>The wire form.</summary>
    public Proto.ContentTypeId ToProto() => new()
    {
        AuthorityId = AuthorityId,
        TypeId = TypeId,
        VersionMajor = VersionMajor,
        VersionMinor = VersionMinor,
    };

    /// <summary>Whether both name the same type, whatever the versions.</summary>
    public bool IsSameType(ContentTypeId other) => _authorityId == other._authorityId && _typeId == other._typeId;

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static ContentTypeId Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not <c>authority/type:major.minor</c>.</exception>
    public static ContentTypeId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result)
            ? result
            : throw new FormatException("A content type id reads authority/type:major.minor, for example xmtp.org/text:1.0.");

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out ContentTypeId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out ContentTypeId result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ContentTypeId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Reads the text form. The first slash ends the authority and the last colon the type, as no part is escaped.</summary>
    /// <param name="s">For example <c>xmtp.org/text:1.0</c>.</param>
    /// <param name="provider">Not used: the form does not depend on a culture.</param>
    /// <param name="result">The id, or default.</param>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ContentTypeId result)
    {
        result = default;
        var slash = s.IndexOf('/');
        var colon = s.LastIndexOf(':');
        if (slash <= 0 || colon <= slash + 1) return false;
        var version = s[(colon + 1)..];
        var dot = version.IndexOf('.');
        if (dot < 0 || !TryParseVersion(version[..dot], out var major) || !TryParseVersion(version[(dot + 1)..], out var minor)) return false;
        result = new ContentTypeId(s[..slash].ToString(), s[(slash + 1)..colon].ToString(), major, minor);
        return true;
    }

    /// <summary>The text form, <c>authority/type:major.minor</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_authorityId}/{_typeId}:{VersionMajor}.{VersionMinor}");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{_authorityId}/{_typeId}:{VersionMajor}.{VersionMinor}", out charsWritten);

    private static bool TryParseVersion(ReadOnlySpan<char> text, out uint version) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
