namespace Xmtp.Samples.Tests.Push;

/// <summary>A request as it came.</summary>
internal sealed record PushRequest(IReadOnlyDictionary<string, string> Headers, byte[] Body);
