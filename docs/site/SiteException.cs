namespace Xmtp.Site;

/// <summary>The pages are not fit to be shown; the message lists what is wrong.</summary>
public sealed class SiteException(IEnumerable<string> problems) : Exception(string.Join(Environment.NewLine, problems));
