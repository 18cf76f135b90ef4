namespace Xmtp.Node.Picture;

/// <summary>A picture as it is sent.</summary>
/// <param name="Body">JSON.</param>
/// <param name="ETag">A strong entity tag, with its quotes; the same for the same bytes.</param>
/// <param name="MadeAt">When it was made or last found unchanged, as a timestamp of the clock.</param>
/// <param name="Changed">The member <c>changed</c>.</param>
internal sealed record RenderedPicture(byte[] Body, string ETag, long MadeAt, string Changed);
