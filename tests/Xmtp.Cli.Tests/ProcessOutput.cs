using System.Text;

namespace Xmtp.Cli.Tests;

/// <summary>What a process writes to one of its streams, as it comes and as a whole.</summary>
internal sealed class ProcessOutput
{
    private readonly StringBuilder _text = new();
    private readonly CancellationToken _giveUp;
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    public ProcessOutput(StreamReader reader, CancellationToken giveUp)
    {
        _giveUp = giveUp;
        _reading = Task.Run(() => ReadAsync(reader), CancellationToken.None);
    }

    public string SoFar
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    /// <summary>The next line that holds a text, skipping those that do not.</summary>
    public async Task<string> LineAsync(string part = "")
    {
        while (true)
        {
            Task more;
            lock (_text)
            {
                more = _more.Task;
                while (_text.ToString(_taken, _text.Length - _taken) is var rest && rest.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
                {
                    _taken += end + 1;
                    if (rest[..end].Contains(part, StringComparison.Ordinal)) return rest[..end];
                }
            }

            if (_reading.IsCompleted && more == _more.Task) Assert.Fail($"The command ended without a line that holds \"{part}\":\n{SoFar}");
            await more.WaitAsync(_giveUp);
        }
    }

    public async Task<string> AllAsync()
    {
        await _reading;
        return SoFar;
    }

    public Task EndAsync() => _reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        int length;
        do
        {
            length = await reader.ReadAsync(buffer, _giveUp);
            lock (_text)
            {
                _text.Append(buffer, 0, length);
                var arrived = _more;
                if (length > 0) _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrived.SetResult();
            }
        }
        while (length > 0);
    }
}
