namespace Xmtp.Interop.Scale;

/// <summary>Tells how long each part of a long test took.</summary>
internal sealed class Stopwatch(ITestOutputHelper output)
{
    private long _last = TimeProvider.System.GetTimestamp();

    public void Lap(string what)
    {
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(_last).TotalSeconds,5:0.0} s: {what}");
        _last = TimeProvider.System.GetTimestamp();
    }
}
