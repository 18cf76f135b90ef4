namespace Xmtp.Architecture.Tests;

public class ExemptionsTests
{
    private static readonly Violation Violation = new("a.cs", "is wrong");

    [Fact]
    public void Check_ViolationWithoutExemption_Fails() =>
        Assert.Contains("a.cs: is wrong", Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Exemptions.None.Check([Violation])).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_ViolationWithExemption_Passes() => new Exemptions(("a.cs", "because")).Check([Violation, Violation]);

    [Fact]
    public void Check_ExemptionWithoutViolation_Fails() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => new Exemptions(("a.cs", "because"), ("b.cs", "once")).Check([Violation]));
}
