using Xmtp.Inbox.Conversations;

namespace Xmtp.Inbox.Tests.Conversations;

public class PeersTests
{
    private const string Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    [Theory]
    [InlineData(Address)]
    [InlineData($"  {Address}\n")]
    [InlineData($"http://localhost:5555/#/to/{Address}")]
    [InlineData($"ethereum:{Address}@1")]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    public void TryParse_WhatPeoplePaste_FindsTheAddress(string text)
    {
        Assert.True(Peers.TryParse(text, out var address));
        Assert.Equal(Address, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("#/network")]
    [InlineData("vitalik.eth")]
    [InlineData($"{Address}1")]
    [InlineData("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb9226")]
    public void TryParse_NoAddress_IsRefused(string? text) => Assert.False(Peers.TryParse(text, out _));
}
