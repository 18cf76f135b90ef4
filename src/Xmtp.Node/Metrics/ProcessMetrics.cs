using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Xmtp.Node.Metrics;

/// <summary>What the process itself uses, under the names that every Prometheus dashboard knows.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Process _process = Process.GetCurrentProcess();

    public ProcessMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(new MeterOptions("Xmtp.Node.Process"));
        _meter.CreateObservableGauge("process_resident_memory_bytes", ResidentBytes, "By", "Resident memory.");
        _meter.CreateObservableCounter("process_cpu_seconds_total", static () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "User and system CPU time.");
        _meter.CreateObservableGauge("process_start_time_seconds", () => new DateTimeOffset(_process.StartTime).ToUnixTimeMilliseconds() / 1000.0, "s", "Start of the process since 1970.");
        _meter.CreateObservableGauge("dotnet_gc_heap_bytes", static () => GC.GetTotalMemory(false), "By", "Managed memory in use.");
        _meter.CreateObservableCounter("dotnet_gc_allocated_bytes_total", static () => GC.GetTotalAllocatedBytes(), "By", "Managed memory allocated so far.");
        _meter.CreateObservableCounter("dotnet_gc_collections_total", Collections, "{collection}", "Garbage collections.");
        _meter.CreateObservableCounter("dotnet_gc_pause_seconds_total", static () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which garbage collections stopped the process.");
        _meter.CreateObservableGauge("dotnet_threadpool_threads", static () => ThreadPool.ThreadCount, "{thread}", "Threads of the pool.");
        _meter.CreateObservableGauge("dotnet_threadpool_queue_length", static () => ThreadPool.PendingWorkItemCount, "{item}", "Work waiting for a thread.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _process.Dispose();
    }

    private long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    private static IEnumerable<Measurement<int>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(static generation =>
            new Measurement<int>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation)));
}
