using Microsoft.Extensions.Time.Testing;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>Waiting for what other tasks do: for a condition, or with a clock that moves until something is done.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Fails when the condition does not come true.</summary>
    public static async Task True(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"did not happen: {what}");
            await Task.WhenAny(Task.Delay(Look, TestContext.Current.CancellationToken));
        }
    }

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
        while (await Task.WhenAny(task, Task.Delay(Look, TestContext.Current.CancellationToken)) != task)
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
