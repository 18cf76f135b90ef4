namespace Xmtp.Interop.JavaScript;

/// <summary>A consent proof as a JavaScript client holds it.</summary>
/// <param name="Signature">0x and hexadecimal digits.</param>
/// <param name="Timestamp">Milliseconds since the Unix epoch.</param>
internal sealed record JsConsentProof(string Signature, long Timestamp);
