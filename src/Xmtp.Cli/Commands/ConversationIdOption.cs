using System.CommandLine;

namespace Xmtp.Cli.Commands;

/// <summary>Which of several conversations with one peer.</summary>
internal static class ConversationIdOption
{
    public static Option<string?> Create(string whenAbsent) => new("--conversation-id")
    {
        Description = $"Which conversation with this peer, for example example.com/orders-17; {whenAbsent} when absent.",
        HelpName = "id",
    };
}
