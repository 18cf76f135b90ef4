using System.CommandLine;
using System.Globalization;
using Xmtp.Node.Admin;

namespace Xmtp.Cli.Admin;

/// <summary>The verbs of <c>xmtp node</c> that look into a running node and change it, in the order of its help.</summary>
internal static class NodeAdminCommands
{
    private static readonly string[] s_counts = ["--requests-per-minute", "--requests-capacity", "--publishes-per-minute", "--publishes-capacity"];

    public static Command Status() => AdminVerb.Create(
        "status", "Show how a running node is.", static () => AdminJson.Default.NodeStatus,
        static (client, _, cancellationToken) => client.GetAsync("/v1/status", AdminJson.Default.NodeStatus, cancellationToken), static status => Describe(status));

    public static Command Drain() => AdminVerb.Create(
        "drain", "Take a node out of service: no new calls, what runs finishes, streams close, the network is left. Returns when that is done.", static () => AdminJson.Default.DrainAnswer,
        static (client, _, cancellationToken) => client.PostAsync("/v1/drain", AdminJson.Default.DrainAnswer, cancellationToken),
        static answer => string.Create(CultureInfo.InvariantCulture, $"{answer.State}; {answer.CallsFinished} calls finished, {answer.CallsLeft} were left, {answer.StreamsClosed} streams closed, in {answer.TookMs} ms"));

    public static Command Resume() => AdminVerb.Create(
        "resume", "Put a drained node back into service.", static () => AdminJson.Default.StateAnswer,
        static (client, _, cancellationToken) => client.PostAsync("/v1/resume", AdminJson.Default.StateAnswer, cancellationToken), static answer => answer.State);

    public static Command Compact() => AdminVerb.Create(
        "compact", "Give the room of what was removed back to the disk. Returns when that is done.", static () => AdminJson.Default.CompactAnswer,
        static (client, _, cancellationToken) => client.PostAsync("/v1/compact", AdminJson.Default.CompactAnswer, cancellationToken),
        static answer => string.Create(CultureInfo.InvariantCulture, $"{SizeText.Of(answer.BytesBefore)} before, {SizeText.Of(answer.BytesAfter)} after, in {answer.TookMs} ms"));

    public static Command Retention()
    {
        var (xmtp, other) = (Text("--xmtp-topics", "time", "How long envelopes on topics that begin with /xmtp/ are kept from now on: forever, or for example 90d."), Text("--other-topics", "time", "The same for all other topics."));
        var command = AdminVerb.Create(
            "retention", "Show or change how long envelopes are kept that are published from now on, until the node stops.", static () => AdminJson.Default.RetentionAnswer,
            (client, parsed, cancellationToken) => new RetentionChange(parsed.GetValue(xmtp), parsed.GetValue(other)) is var change && change == new RetentionChange(null, null)
                ? client.GetAsync("/v1/retention", AdminJson.Default.RetentionAnswer, cancellationToken)
                : client.ChangeAsync(HttpMethod.Put, "/v1/retention", change, AdminJson.Default.RetentionChange, AdminJson.Default.RetentionAnswer, cancellationToken),
            static answer => AdminVerb.Lines(("topics /xmtp/…", answer.XmtpTopics), ("other topics", answer.OtherTopics)));
        command.Options.Add(xmtp);
        command.Options.Add(other);
        return command;
    }

    public static Command Expire() => AdminVerb.Create(
        "expire", "Remove what has expired now, without waiting for the next minute.", static () => AdminJson.Default.RemovedAnswer,
        static (client, _, cancellationToken) => client.PostAsync("/v1/retention/run", AdminJson.Default.RemovedAnswer, cancellationToken),
        static answer => string.Create(CultureInfo.InvariantCulture, $"{answer.Removed} envelopes removed in {answer.TookMs} ms"));

    public static Command Limits()
    {
        var (enabled, loopback) = (Switch("--enabled", "Whether one client address may ask only so much."), Switch("--loopback", "Whether the limits hold for clients on the node's machine too."));
        var counts = s_counts.Select(static name => Commands.NumberOption.Create(name, "The node's option of that name, until it stops.")).ToList();
        var command = AdminVerb.Create(
            "limits", "Show or change the rate limits, until the node stops.", static () => AdminJson.Default.LimitsAnswer,
            (client, parsed, cancellationToken) =>
            {
                var change = new LimitsChange(
                    IsOn(parsed.GetValue(enabled)), IsOn(parsed.GetValue(loopback)), parsed.GetValue(counts[0]), parsed.GetValue(counts[1]), parsed.GetValue(counts[2]), parsed.GetValue(counts[3]));
                return change == new LimitsChange(null, null, null, null, null, null)
                    ? client.GetAsync("/v1/limits", AdminJson.Default.LimitsAnswer, cancellationToken)
                    : client.ChangeAsync(HttpMethod.Put, "/v1/limits", change, AdminJson.Default.LimitsChange, AdminJson.Default.LimitsAnswer, cancellationToken);
            },
            static limits => AdminVerb.Lines(
                ("enabled", limits.Enabled ? "on" : "off"), ("loopback", limits.Loopback ? "on" : "off"),
                ("requests", string.Create(CultureInfo.InvariantCulture, $"{limits.RequestsPerMinute} a minute, {limits.RequestsCapacity} at once")),
                ("publishes", string.Create(CultureInfo.InvariantCulture, $"{limits.PublishesPerMinute} a minute, {limits.PublishesCapacity} at once"))));
        command.Options.Add(enabled);
        command.Options.Add(loopback);
        counts.ForEach(command.Options.Add);
        return command;
    }

    public static Command LogLevel()
    {
        var level = new Argument<string?>("level") { Description = "trace, debug, information, warning, error, critical or none. Shows the level without it.", Arity = ArgumentArity.ZeroOrOne };
        var command = AdminVerb.Create(
            "log-level", "Show or change the least important level that is logged, until the node stops.", static () => AdminJson.Default.LevelForm,
            (client, parsed, cancellationToken) => parsed.GetValue(level) is { } text
                ? client.ChangeAsync(HttpMethod.Put, "/v1/log-level", new LevelForm(text.ToLowerInvariant()), AdminJson.Default.LevelForm, AdminJson.Default.LevelForm, cancellationToken)
                : client.GetAsync("/v1/log-level", AdminJson.Default.LevelForm, cancellationToken),
            static answer => answer.Level);
        command.Arguments.Add(level);
        return command;
    }

    private static string Describe(NodeStatus status)
    {
        var (store, peers) = (status.Store, status.Peers);
        return AdminVerb.Lines(
            ("node", status.Node),
            ("state", $"{status.State}{(status.Busy is { } busy ? $", a {busy} is under way" : "")}"),
            ("network", string.Create(CultureInfo.InvariantCulture, $"{status.Network}; {peers.Known} other nodes known, {peers.Linked} linked, {peers.Suspect} suspect")),
            ("software", status.Software),
            ("up since", $"{status.Started} ({TimeSpan.FromSeconds(status.UptimeSeconds).ToString("c", CultureInfo.InvariantCulture)})"),
            ("now", string.Create(CultureInfo.InvariantCulture, $"{status.Calls} calls, {status.Streams} streams")),
            ("store", string.Create(CultureInfo.InvariantCulture, $"{store.Kind}{(store.Healthy ? "" : ", FAILED")}; {store.Entries} entries in {store.Logs} logs, about {store.Envelopes} envelopes")),
            ("disk", store.Bytes is { } bytes ? $"{SizeText.Of(bytes)} used{(store.FreeBytes is { } free ? $", {SizeText.Of(free)} free" : "")}" : "none"),
            ("log level", status.LogLevel));
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<string?> Switch(string name, string description)
    {
        // A text, since the library takes what follows a truth value for something else.
        var option = new Option<string?>(name) { Description = description, HelpName = "on|off" };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }

    private static bool? IsOn(string? text) => text is null ? null : text == "on";
}
