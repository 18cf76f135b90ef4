using System.Diagnostics;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Demo;

/// <summary>Tells the demo's steps, for people or as JSON.</summary>
internal sealed class DemoStory(CliConsole console) : IDisposable
{
    /// <summary>Who it was when it was all nodes together.</summary>
    public const string Network = "network";

    private const int ShownCharsMax = 152;
    private const int CharsPerLine = 77;
    private const string Indent = "           ";

    // With the three logs of three nodes.
    private const ulong Steps = 24;

    private readonly ProgressBar _bar = console.StartProgress("steps", Steps);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _step;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Tells a step.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="topic">Topic it is about.</param>
    /// <param name="ciphertext">What the network saw, base64.</param>
    /// <param name="plaintext">What the receiver read.</param>
    /// <param name="nodes">Nodes it is about.</param>
    public void Tell(string what, string actor, string? topic = null, string? ciphertext = null, string? plaintext = null, IReadOnlyList<int>? nodes = null)
    {
        console.Result(new DemoOutput(++_step, what, actor, topic, ciphertext, plaintext, nodes, _clock.ElapsedMilliseconds), CliJson.Default.DemoOutput, Describe);
        _bar.Report((ulong)_step);
    }

    /// <summary>All is told.</summary>
    public void Dispose() => _bar.Dispose();

    private string Describe(DemoOutput step)
    {
        var head = $"{console.Faint($"{step.ElapsedMs,6} ms")} {step.Step,2}. {(step.Plaintext is null ? step.What : console.Green(step.What))}";
        if (step.Ciphertext is null) return (step.Topic ?? step.Actor) is Network ? head : $"{head}\n{Indent}{console.Faint(step.Topic ?? step.Actor)}";
        var shown = step.Ciphertext.Length > ShownCharsMax ? step.Ciphertext[..ShownCharsMax] + "…" : step.Ciphertext;
        return string.Join('\n', shown.Chunk(CharsPerLine).Select(line => Indent + console.Faint(new string(line))).Prepend(head));
    }
}
