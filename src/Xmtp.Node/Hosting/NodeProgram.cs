using System.Collections;
using System.CommandLine;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>The node as a program: reads options, runs until it is told to stop, answers with an exit code.</summary>
public static class NodeProgram
{
    /// <summary>It ran and stopped in order.</summary>
    public const int Stopped = 0;

    /// <summary>It failed for a reason that the log or the error output tells.</summary>
    public const int Failed = 1;

    /// <summary>Its options are wrong; nothing was started.</summary>
    public const int OptionsWrong = 2;

    /// <summary>It could not start: a port is taken, or the store cannot be used.</summary>
    public const int CannotStart = 3;

    /// <summary>Runs a node.</summary>
    /// <param name="args">Flags.</param>
    /// <param name="error">Where problems before and at the start are written.</param>
    /// <param name="cancellationToken">Stops it in order, like SIGTERM.</param>
    /// <returns>One of the exit codes above.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(error);
        var command = new RootCommand("An XMTP node: gRPC, gRPC-Web and HTTP/JSON in front of a durable store.\n\nExit codes: 0 stopped in order, 1 failed, 2 options wrong, 3 could not start.");
        var flags = new NodeCommandLine(command);
        command.SetAction((parsed, stop) => RunAsync(() => flags.Load(parsed, Environment()), error, stop));
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors) error.WriteLine(problem.Message);
            error.WriteLine("--help lists all options.");
            return Task.FromResult(OptionsWrong);
        }

        // Signals are ours: the library would give up after two seconds.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, cancellationToken);
    }

    /// <summary>Runs a node until a signal or the token stops it.</summary>
    /// <param name="load">Reads the options.</param>
    /// <param name="error">Where problems at the start are written.</param>
    /// <param name="cancellationToken">Stops it in order, like SIGTERM.</param>
    /// <returns>One of the exit codes.</returns>
    public static async Task<int> RunAsync(Func<NodeOptions> load, TextWriter error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            using var signals = new StopSignals(cancellationToken);
            await using var node = await NodeHost.StartAsync(load(), signals.Stop).ConfigureAwait(false);
            // What starting took is not needed again; a node at rest should be small.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var debug = StopSignals.OnToggle(() => node.ToggleDebugLog());
            await Task.Delay(Timeout.Infinite, signals.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await node.StopAsync(signals.StopNow).ConfigureAwait(false);
            return Stopped;
        }
        catch (NodeOptionsException problem)
        {
            foreach (var line in problem.Errors) await error.WriteLineAsync(line).ConfigureAwait(false);
            await error.WriteLineAsync("--help lists all options.").ConfigureAwait(false);
            return OptionsWrong;
        }
        catch (XmtpException problem)
        {
            await error.WriteLineAsync($"{problem.Code.Id} {problem.Code.Name}: {problem.Message}").ConfigureAwait(false);
            await error.WriteLineAsync(problem.Code.Advice).ConfigureAwait(false);
            return CannotStart;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
    }

    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value ?? string.Empty);
}
