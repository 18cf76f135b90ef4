using Xmtp.Conformance.Vectors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Conformance;

/// <summary>File 17: everything a published client wrote, step by step, opened here and then made again byte for byte.</summary>
public sealed class ClientTraceTests
{
    private static readonly Vector Steps = VectorFiles.Open("17-client-trace")["steps"];

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public async Task Trace_ReplayedFromItsStart_OpensAndIsMadeAgain(string providerName)
    {
        using var replay = new TraceReplay(Providers.Get(providerName));
        foreach (var step in Steps.Items)
        {
            if (step.Find("decoded_message_bytes") is { } saved)
            {
                replay.AssertSaved(step["step"].Text, saved.Bytes);
                continue;
            }

            await replay.TakeAsync(step, TestContext.Current.CancellationToken);
        }

        Assert.Equal(Kinds(), replay.Seen);
    }

    [Fact]
    public void Publishing_InEachStep_HappensInTheOrderOfTheProtocol()
    {
        string[][] expected =
        [
            ["privatestore", "contact", "contact"], [], ["privatestore", "contact", "contact"], ["privatestore", "contact"],
            ["invite", "invite", "userpreferences"], [], ["m"], ["m"], [], ["m", "userpreferences"], [],
            ["intro", "intro", "dm", "userpreferences"], ["dm"], ["invite", "invite", "userpreferences"], [],
            ["intro", "intro", "dm", "userpreferences"],
        ];

        Assert.Equal(
            expected,
            Steps.Items.Where(static step => step.Has("published"))
                .Select(static step => step["published"].Items.Select(static envelope => envelope["topic"].Text.Split('/')[3].Split('-')[0]).ToArray()));
    }

    private static HashSet<TopicKind> Kinds() =>
    [
        TopicKind.PrivateStore, TopicKind.Contact, TopicKind.V2Invite, TopicKind.UserPreferences,
        TopicKind.V2Conversation, TopicKind.V1Intro, TopicKind.V1Conversation,
    ];
}
