using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace Xmtp.Interop.JavaScript;

/// <summary>One driver process: sends it commands, hands out its answers and events (js/driver-loop.mjs says how they travel).</summary>
internal sealed class JsProcess : IAsyncDisposable
{
    private const int KeptErrorCharacters = 8192;

    /// <summary>How long anything may take. Only a broken run waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Process process;
    private readonly string name;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> pending = new();
    private readonly ConcurrentDictionary<int, Channel<JsonElement>> streams = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly StringBuilder errors = new();
    private readonly Task reading;
    private readonly Task readingErrors;
    private int lastId;

    private JsProcess(string driver)
    {
        name = driver;
        process = JavaScriptPackages.Start(driver);
        reading = ReadAsync();
        readingErrors = ReadErrorsAsync();
    }

    public JsSubscriptions Subscriptions { get; } = new();

    /// <param name="driver">The driver's path below js/.</param>
    public static async Task<JsProcess> StartAsync(string driver)
    {
        JavaScriptPackages.Require();
        var started = new JsProcess(driver);
        await started.ready.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return started;
    }

    public async Task<T> CallAsync<T>(string command, object? arguments = null, TimeSpan? patience = null)
    {
        var result = await CallAsync(command, arguments, patience);
        return result.Deserialize<T>(Json)!;
    }

    public async Task<JsonElement> CallAsync(string command, object? arguments = null, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        var id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[id] = answer;
        // Closed while this was added: the reader has failed all it saw, not this one.
        if (reading.IsCompleted)
            answer.TrySetException(Ended());
        await WriteAsync(JsonSerializer.Serialize(new { id, command, args = arguments }, Json));
        try
        {
            return await answer.Task.WaitAsync(limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{name} did not answer {command} within {limit}. {Errors()}");
        }
    }

    /// <summary>The items of a stream that a command has started; completes when the stream ends.</summary>
    public ChannelReader<JsonElement> Items(int stream) => StreamOf(stream).Reader;

    public static T Read<T>(JsonElement json) => json.Deserialize<T>(Json)!;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }

        await Task.WhenAll(reading, readingErrors);
        process.Dispose();
        writing.Dispose();
    }

    private async Task WriteAsync(string line)
    {
        await writing.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync();
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('>'))
                Handle(JsonDocument.Parse(line.AsMemory(1)).RootElement);
        }

        var ended = Ended();
        ready.TrySetException(ended);
        foreach (var answer in pending.Values)
            answer.TrySetException(ended);
        foreach (var stream in streams.Values)
            stream.Writer.TryComplete(ended);
    }

    private void Handle(JsonElement line)
    {
        if (line.TryGetProperty("id", out var id))
        {
            if (pending.TryRemove(id.GetInt32(), out var answer))
                Answer(answer, line);
            return;
        }

        switch (line.GetProperty("event").GetString())
        {
            case "ready":
                ready.TrySetResult();
                break;
            case "subscribed":
                Subscriptions.Opened(line.GetProperty("subscription").GetInt32(), line.GetProperty("topics").Deserialize<string[]>()!);
                break;
            case "unsubscribed":
                Subscriptions.Closed(line.GetProperty("subscription").GetInt32());
                break;
            case "item":
                StreamOf(line.GetProperty("stream").GetInt32()).Writer.TryWrite(line.GetProperty("value"));
                break;
            case "ended":
                StreamOf(line.GetProperty("stream").GetInt32()).Writer.TryComplete();
                break;
            case "failed":
                StreamOf(line.GetProperty("stream").GetInt32()).Writer.TryComplete(JsException.From(line.GetProperty("error")));
                break;
        }
    }

    private static void Answer(TaskCompletionSource<JsonElement> answer, JsonElement line)
    {
        if (line.TryGetProperty("error", out var error))
            answer.TrySetException(JsException.From(error));
        else
            answer.TrySetResult(line.GetProperty("result"));
    }

    private async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lock (errors)
            {
                errors.AppendLine(line);
                if (errors.Length > KeptErrorCharacters)
                    errors.Remove(0, errors.Length - KeptErrorCharacters);
            }
        }
    }

    private Channel<JsonElement> StreamOf(int stream) => streams.GetOrAdd(stream, _ => Channel.CreateUnbounded<JsonElement>());

    private InvalidOperationException Ended() => new($"{name} has ended. {Errors()}");

    private string Errors()
    {
        lock (errors)
            return $"Its errors: {(errors.Length == 0 ? "none" : errors.ToString())}";
    }
}
