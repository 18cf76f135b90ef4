using System.Globalization;
using System.Text;

namespace Xmtp.Cli.Output;

/// <summary>
/// One line on the terminal's standard error that tells how far long work has come: a bar, the rate, the time left. It goes away when
/// it is disposed of, and shows nothing anywhere else.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private const int BarWidth = 24;
    private const string Clear = "\r\u001b[K";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter? _error;
    private readonly TimeProvider _time;
    private readonly Func<int> _width;
    private readonly string _what;
    private readonly long _began;
    private readonly Lock _gate = new();
    private ulong _total;
    private ulong _done;
    private long _drawn;
    private bool _isDrawn;
    private bool _isOver;

    /// <summary>Begins.</summary>
    /// <param name="error">The terminal; null to show nothing.</param>
    /// <param name="what">What is counted, for example <c>entries</c>.</param>
    /// <param name="total">How many there will be; 0 when nobody knows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="width">The terminal's columns.</param>
    public ProgressBar(TextWriter? error, string what, ulong total, TimeProvider time, Func<int> width)
    {
        (_error, _what, _total, _time, _width) = (error, what, total, time, width);
        _began = _drawn = time.GetTimestamp();
    }

    /// <summary>Says how far it is. Any thread may.</summary>
    public void Report(ulong done, ulong? total = null)
    {
        if (_error is null) return;
        lock (_gate)
        {
            (_done, _total) = (done, total ?? _total);
            if (!_isOver && _time.GetElapsedTime(_drawn) >= s_pause) Draw();
        }
    }

    /// <summary>One more is done.</summary>
    public void Step()
    {
        if (_error is null) return;
        lock (_gate) Report(_done + 1);
    }

    /// <summary>Makes room for other text, after which the bar comes back with the next report.</summary>
    public void Hide()
    {
        if (_error is null) return;
        lock (_gate)
        {
            if (_isDrawn) _error.Write(Clear);
            _isDrawn = false;
        }
    }

    /// <summary>Removes it.</summary>
    public void Dispose()
    {
        if (_error is null) return;
        lock (_gate)
        {
            Hide();
            _isOver = true;
        }
    }

    /// <summary>The line, cut to a width.</summary>
    /// <param name="what">What is counted.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="total">Of how many; 0 when nobody knows.</param>
    /// <param name="elapsed">Since the beginning.</param>
    /// <param name="width">Columns.</param>
    public static string Line(string what, ulong done, ulong total, TimeSpan elapsed, int width)
    {
        var line = new StringBuilder();
        var rate = elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : 0;
        if (total > 0)
        {
            var share = Math.Min(1, (double)done / total);
            var filled = (int)(share * BarWidth);
            line.Append(CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {share * 100,3:0}%  {done} of {total} {what}");
        }
        else
        {
            line.Append(CultureInfo.InvariantCulture, $"{done} {what}");
        }

        if (rate > 0) line.Append(CultureInfo.InvariantCulture, $"  {Number(rate)}/s");
        if (rate > 0 && total > done) line.Append(CultureInfo.InvariantCulture, $"  {Time(TimeSpan.FromSeconds(Math.Min((total - done) / rate, TimeSpan.SecondsPerDay)))} left");

        // The last column stays free: some terminals begin a line there.
        return line.Length < width ? line.ToString() : line.ToString(0, Math.Max(0, width - 1));
    }

    private static string Number(double number) => number.ToString(number < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time.TotalSeconds < 60 ? $"{Math.Ceiling(time.TotalSeconds):0} s" : time.TotalMinutes < 60 ? $"{Math.Ceiling(time.TotalMinutes):0} min" : "over an hour";

    private void Draw()
    {
        _drawn = _time.GetTimestamp();
        _isDrawn = true;
        _error!.Write($"\r{Line(_what, _done, _total, _time.GetElapsedTime(_began), _width())}\u001b[K");
    }
}
