namespace Xmtp.Node.Core.Retention;

/// <summary>The retention in force. It can be replaced while the node runs; what was stored before keeps the time that it was given.</summary>
internal sealed class RetentionPolicy(RetentionOptions options)
{
    private volatile RetentionOptions _current = options;

    /// <summary>The one in force.</summary>
    public RetentionOptions Current
    {
        get => _current;
        set => _current = value;
    }
}
