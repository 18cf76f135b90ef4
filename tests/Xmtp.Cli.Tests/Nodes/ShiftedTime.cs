namespace Xmtp.Cli.Tests.Nodes;

/// <summary>The clock of a machine that is wrong.</summary>
internal sealed class ShiftedTime(TimeSpan shift) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
}
