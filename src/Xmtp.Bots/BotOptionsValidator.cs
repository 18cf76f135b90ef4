using Microsoft.Extensions.Options;

namespace Xmtp.Bots;

/// <summary>Says of every wrong option what is wrong.</summary>
internal sealed class BotOptionsValidator : IValidateOptions<BotOptions>
{
    public ValidateOptionsResult Validate(string? name, BotOptions options)
    {
        var section = XmtpBotExtensions.SectionOf(name ?? "");
        List<string> problems = [];
        AddUnlessPositive(nameof(options.Parallelism), options.Parallelism);
        AddUnlessPositive(nameof(options.WaitingMax), options.WaitingMax);
        AddUnlessPositive(nameof(options.MessagesPerPeer), options.MessagesPerPeer);
        AddUnlessPositive(nameof(options.PeerWindow), options.PeerWindow.TotalMilliseconds);
        AddUnlessPositive(nameof(options.HandlerTimeout), options.HandlerTimeout.TotalMilliseconds);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void AddUnlessPositive(string option, double value)
        {
            if (value <= 0) problems.Add($"{section}:{option}: must be more than 0.");
        }
    }
}
