namespace Xmtp.Node.Tests.Support;

/// <summary>Waits for a condition that another thread or process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static async Task EqualAsync<T>(T expected, Func<Task<T>> read)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var actual = await read();
            if (EqualityComparer<T>.Default.Equals(expected, actual)) return;
            if (TimeProvider.System.GetElapsedTime(started) > s_patience) Assert.Equal(expected, actual);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> condition) => EqualAsync(true, condition);
}
