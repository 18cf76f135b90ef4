using Microsoft.Extensions.Logging;

namespace Xmtp.TestNetwork;

/// <summary>One log line.</summary>
/// <param name="Level">How important.</param>
/// <param name="Category">Who logged it.</param>
/// <param name="EventId">Which event.</param>
/// <param name="Text">The whole message.</param>
/// <param name="Exception">What went wrong, if anything.</param>
public sealed record CapturedLine(LogLevel Level, string Category, int EventId, string Text, Exception? Exception);
