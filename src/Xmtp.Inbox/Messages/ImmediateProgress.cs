namespace Xmtp.Inbox.Messages;

/// <summary>Progress that is shown at once: the page has one thread.</summary>
public sealed class ImmediateProgress(Action<long> report) : IProgress<long>
{
    public void Report(long value) => report(value);
}
