using Xmtp.Node.Hosting;

namespace Xmtp.Node.Admin;

/// <summary>The log level.</summary>
internal sealed class LevelRoutes(LogLevels levels)
{
    public IEnumerable<AdminRoute> All => [new(HttpMethods.Get, "/v1/log-level", WriteAsync), new(HttpMethods.Put, "/v1/log-level", ChangeAsync)];

    private Task WriteAsync(AdminCall call) => call.WriteAsync(new LevelForm(Text(levels.Level)), AdminJson.Default.LevelForm);

    private async Task ChangeAsync(AdminCall call)
    {
        var text = (await call.ReadAsync(AdminJson.Default.LevelForm).ConfigureAwait(false)).Level;
        var level = Enum.GetValues<LogLevel>().Where(level => Text(level) == text).Cast<LogLevel?>().FirstOrDefault()
            ?? throw AdminCall.Invalid($"level: must be one of {string.Join(", ", Enum.GetValues<LogLevel>().Select(Text))}");
        var before = levels.Level;
        // Told while it still may be: the new level may silence it.
        if (level > LogLevel.Information) call.Changed("the log level", Text(before), text);
        levels.Set(level);
        if (level <= LogLevel.Information) call.Changed("the log level", Text(before), text);
        await WriteAsync(call).ConfigureAwait(false);
    }

    private static string Text(LogLevel level) => level.ToString().ToLowerInvariant();
}
