using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xmtp.Cryptography;

namespace Xmtp.Benchmarks.Crypto;

/// <summary>
/// Operations per second with both providers beside the published JavaScript client's own functions: one thread, the same
/// inputs, turn by turn in one run.
/// </summary>
internal static class CryptoBenchmark
{
    private const string First = " first";

    public static async Task<int> RunAsync(int rounds, TimeSpan roundTime, CancellationToken cancellationToken)
    {
        var inputs = await CryptoInputs.CreateAsync(cancellationToken);
        var providers = new List<CryptoProvider> { ManagedCryptoProvider.Instance };
        if (NativeCryptoProvider.TryCreate(out var native)) providers.Insert(0, native);
        var results = new List<Dictionary<string, double>>[providers.Count + 1];
        for (var side = 0; side < results.Length; side++) results[side] = [];
        for (var round = 0; round < rounds; round++)
        {
            results[^1].Add(await MeasureJavaScriptAsync(inputs, roundTime, cancellationToken));
            for (var side = 0; side < providers.Count; side++) results[side].Add(Measure(inputs, providers[side], roundTime, cancellationToken));
        }

        Print(providers, results);
        return 0;
    }

    private static Dictionary<string, double> Measure(CryptoInputs inputs, CryptoProvider provider, TimeSpan time, CancellationToken cancellationToken)
    {
        using var operations = new CryptoOperations(inputs, provider);
        var perSecond = new Dictionary<string, double>();
        foreach (var (name, run) in operations.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Repeat(run, time / 4);
            perSecond[name] = Repeat(run, time);
        }

        return perSecond;
    }

    private static double Repeat(Action run, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var count = 0L;
        for (; clock.Elapsed < time; count += 8)
            for (var i = 0; i < 8; i++) run();
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<Dictionary<string, double>> MeasureJavaScriptAsync(CryptoInputs inputs, TimeSpan time, CancellationToken cancellationToken)
    {
        var answer = await ScriptProcess.RunJavaScriptAsync("bench-crypto.mjs", new JsonObject
        {
            ["milliseconds"] = time.TotalMilliseconds,
            ["keys"] = ScriptProcess.Bytes(inputs.Keys),
            ["peer"] = ScriptProcess.Bytes(inputs.PeerKey),
            ["digest"] = ScriptProcess.Bytes(inputs.Digest),
            ["secret"] = ScriptProcess.Bytes(inputs.Secret),
            ["header"] = ScriptProcess.Bytes(inputs.Header),
            ["payload"] = ScriptProcess.Bytes(inputs.Payload),
            ["invitation"] = ScriptProcess.Bytes(inputs.Invitation),
            ["invitationNs"] = inputs.InvitationNs.ToString(CultureInfo.InvariantCulture),
            ["topic"] = inputs.Topic.Value,
            ["message"] = ScriptProcess.Bytes(inputs.Message),
            ["encoded"] = ScriptProcess.Bytes(inputs.Encoded),
            ["text"] = inputs.Text,
        }, cancellationToken);
        return answer.ToDictionary(static pair => pair.Key, static pair => pair.Value!.GetValue<double>());
    }

    // The script remembers nothing between two of the same: it is measured once for both.
    private static void Print(List<CryptoProvider> providers, List<Dictionary<string, double>>[] results)
    {
        foreach (var native in providers.OfType<NativeCryptoProvider>()) Console.WriteLine($"native: {native.Library}");
        Console.WriteLine($"{"operations/s, one thread",-26}{"JavaScript",12}{string.Concat(providers.Select(static provider => $"{provider.Name,12}{"ratio",8}"))}");
        foreach (var name in results[0][0].Keys)
        {
            var key = name.EndsWith(First, StringComparison.Ordinal) ? name[..^First.Length] : name;
            var line = string.Create(CultureInfo.InvariantCulture, $"{name,-26}{Median(results[^1].Select(round => round[key])),12:0}");
            for (var side = 0; side < providers.Count; side++)
            {
                var ratio = Median(results[side].Zip(results[^1], (ours, theirs) => ours[name] / theirs[key]));
                line += string.Create(CultureInfo.InvariantCulture, $"{Median(results[side].Select(round => round[name])),12:0}{ratio,8:0.0}");
            }

            Console.WriteLine(line);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
