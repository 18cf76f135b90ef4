using Xmtp.Client.Consent;
using Xmtp.Conformance.Vectors;

namespace Xmtp.Conformance;

/// <summary>File 15, the consent proofs.</summary>
public sealed class NegativeConsentProofTests
{
    private static readonly Vector Cases = VectorFiles.Open("15-negative")["cases"];

    private static readonly Dictionary<string, ConsentProofVerdict> Verdicts = new()
    {
        ["valid"] = ConsentProofVerdict.Valid,
        ["expired"] = ConsentProofVerdict.Expired,
        ["future"] = ConsentProofVerdict.InFuture,
        ["wrong_signer"] = ConsentProofVerdict.WrongSigner,
        ["wrong_peer_in_text"] = ConsentProofVerdict.WrongSigner,
    };

    public static TheoryData<string, string> Names =>
        Providers.With(Cases.Items.Where(static item => item["area"].Text == "consent_proof").Select(static item => item["name"].Text));

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_OfACase_GivesItsVerdict(string providerName, string name)
    {
        var provider = Providers.Get(providerName);
        var vector = Cases.Items.Single(item => item["area"].Text == "consent_proof" && item["name"].Text == name);
        using var receiver = Person.Named("amal", provider);
        using var sender = Person.Named("bola", provider);
        var proof = new ConsentProof(vector["signature"].Text, vector["timestamp_ms"].Number);

        var verdict = proof.Verify(receiver.Address, sender.Address, vector["clock_ms"].Milliseconds, provider);

        Assert.Equal(Verdicts[name], verdict);
        Assert.Equal(vector["js_result"].Text == "allowed", verdict == ConsentProofVerdict.Valid);
        var namesSender = vector["text"].Text == ConsentProof.Text(sender.Address, vector["timestamp_ms"].Number);
        Assert.Equal(name != "wrong_peer_in_text", namesSender);
    }
}
