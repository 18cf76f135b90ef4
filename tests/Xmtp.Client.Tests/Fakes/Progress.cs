using Microsoft.Extensions.Time.Testing;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>Gets on with what other tasks do: moves a clock until something is done, takes what comes.</summary>
internal static class Progress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Moves the clock in steps until the task is done.</summary>
    public static async Task<T> RunAsync<T>(this FakeTimeProvider clock, Task<T> task, TimeSpan? step = null)
    {
        await clock.RunAsync((Task)task, step);
        return await task;
    }

    /// <summary>Moves the clock in steps until the task is done.</summary>
    public static async Task RunAsync(this FakeTimeProvider clock, Task task, TimeSpan? step = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var look = new PeriodicTimer(Look);
        while (await Task.WhenAny(task, look.WaitForNextTickAsync(TestContext.Current.CancellationToken).AsTask()) != task)
        {
            if (patience.IsCancellationRequested) Assert.Fail("the task did not end, however far the clock moved");
            clock.Advance(step ?? TimeSpan.FromMilliseconds(50));
        }

        await task;
    }

    /// <summary>The next items of a stream.</summary>
    public static async Task<List<T>> NextAsync<T>(this IAsyncEnumerable<T> stream, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var items = new List<T>();
        if (count == 0) return items;
        try
        {
            await foreach (var item in stream.WithCancellation(patience.Token))
            {
                items.Add(item);
                if (items.Count == count) break;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"only {items.Count} of {count} items came");
        }

        return items;
    }
}
