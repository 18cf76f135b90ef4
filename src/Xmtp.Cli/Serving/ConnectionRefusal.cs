namespace Xmtp.Cli.Serving;

/// <summary>Why a connection is not served.</summary>
internal sealed record ConnectionRefusal(string Why);
