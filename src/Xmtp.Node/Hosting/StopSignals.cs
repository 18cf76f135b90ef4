using System.Runtime.InteropServices;

namespace Xmtp.Node.Hosting;

/// <summary>
/// The signals a node listens to: SIGTERM, SIGINT and SIGQUIT stop it in order, a second one at once; SIGUSR1 switches debug output.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] s_stopSignals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _stopNow = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations = [.. s_stopSignals.Select(signal => PosixSignalRegistration.Create(signal, OnStop))];
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken StopNow => _stopNow.Token;

    /// <summary>Calls <paramref name="action"/> on every SIGUSR1, where that exists.</summary>
    public static IDisposable? OnToggle(Action action)
    {
        // .NET has no name for this signal, but takes its number, which differs between systems.
        int? number = OperatingSystem.IsLinux() ? 10 : OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 30 : null;
        return number is { } raw ? PosixSignalRegistration.Create((PosixSignal)raw, context =>
        {
            context.Cancel = true;
            action();
        }) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
        _stopNow.Dispose();
    }

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested) _stopNow.Cancel();
        else _stop.Cancel();
    }
}
